// SPDX-License-Identifier: MIT
// Writes one JSON value (RFC 8259) as it goes, always valid UTF-8: bytes that are not become U+FFFD. Control characters
// and bidirectional ones are escaped, so it is safe to print. For log lines and tools; reading JSON is somebody else's business.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/utf8.h"

namespace postern::base {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name) {
    separate();
    quote(name);
    out_ += ':';
    first_ = true;  // no comma before the value
    return *this;
  }
  JsonWriter& value(std::string_view text) {
    separate();
    quote(text);
    return *this;
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool b) {
    separate();
    out_ += b ? "true" : "false";
    return *this;
  }
  template <class Integer>
    requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>)
  JsonWriter& value(Integer n) {
    separate();
    out_ += std::to_string(n);
    return *this;
  }
  JsonWriter& number(std::string_view text) {  // as JSON writes numbers: "6.31"; not checked
    separate();
    out_ += text;
    return *this;
  }
  template <class T>
  JsonWriter& field(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  const std::string& text() const { return out_; }

 private:
  JsonWriter& open(char c) {
    separate();
    out_ += c;
    first_ = true;
    return *this;
  }
  JsonWriter& close(char c) {
    out_ += c;
    first_ = false;
    return *this;
  }
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void quote(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out_ += '"';
    while (!text.empty()) {
      const Utf8 c = next_utf8(text);
      if (!c.valid) out_ += "\xEF\xBF\xBD";
      else if (c.code == '"' || c.code == '\\') (out_ += '\\') += static_cast<char>(c.code);
      else if (is_control(c.code) || is_deceptive(c.code)) {  // all below U+10000: no surrogates needed
        out_ += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out_ += digits[c.code >> shift & 15];
      } else out_.append(text.substr(0, c.length));
      text.remove_prefix(c.length);
    }
    out_ += '"';
  }

  std::string out_;
  bool first_ = true;
};

}  // namespace postern::base
