// SPDX-License-Identifier: MIT
#include "reader.h"

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace rtf {
namespace {

using namespace std::string_view_literals;
using postern::support::hex_digit;

constexpr size_t most_text = 4096;  // of a field, a name or a path
constexpr size_t most_captures = 8;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Digits as they come, packed two by two.
class HexBytes {
 public:
  void digit(int value) {
    if (pending_) bytes_ += static_cast<char>(*pending_ << 4 | value);
    pending_ = pending_ ? std::nullopt : std::optional(value);
  }
  void raw(std::string_view bytes) {
    pending_.reset();
    bytes_ += bytes;
  }
  const std::string& bytes() const { return bytes_; }  // half a byte at the end is not there, as for Word

  // The bytes from half a byte later on, if an object or an OLE file begins there.
  std::optional<std::string> shifted() const {
    for (const std::string_view magic : {"\x01\x05\0\0\x02\0\0\0"sv, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv})
      if (const std::optional<size_t> at = find_shifted(magic)) return shifted_from(*at);
    return std::nullopt;
  }

 private:
  static char joined(char a, char b) {
    return static_cast<char>(static_cast<unsigned char>(a) << 4 | static_cast<unsigned char>(b) >> 4);
  }
  std::optional<size_t> find_shifted(std::string_view magic) const {
    for (size_t at = 0; at + magic.size() < bytes_.size(); ++at) {
      size_t n = 0;
      while (n < magic.size() && joined(bytes_[at + n], bytes_[at + n + 1]) == magic[n]) ++n;
      if (n == magic.size()) return at;
    }
    return std::nullopt;
  }
  std::string shifted_from(size_t at) const {
    std::string out;
    out.reserve(bytes_.size() - at);
    for (; at + 1 < bytes_.size(); ++at) out += joined(bytes_[at], bytes_[at + 1]);
    if (pending_) out += joined(bytes_.back(), static_cast<char>(*pending_ << 4));
    return out;
  }

  std::string bytes_;
  std::optional<int> pending_;
};

// A destination whose content is wanted, from its control word to the end of its group.
struct Capture {
  enum class What { object, data_store, class_name, template_path, field };
  What what;
  size_t depth;     // of the group it stands in
  HexBytes direct;  // what stands in that group itself
  HexBytes all;     // with what stands in groups inside it; from the first of those on
  bool has_inner = false;
  std::string text;

  bool is_hex() const { return what == What::object || what == What::data_store; }

  template <class Put>
  void put(size_t at_depth, Put put_into) {
    if (!is_hex()) return;
    if (at_depth != depth && !has_inner) {
      has_inner = true;
      all = direct;
    }
    if (at_depth == depth) put_into(direct);
    if (has_inner) put_into(all);
  }
};

std::optional<Capture::What> wanted(std::string_view word) {
  if (word == "objdata") return Capture::What::object;
  if (word == "datastore") return Capture::What::data_store;
  if (word == "objclass") return Capture::What::class_name;
  if (word == "template") return Capture::What::template_path;
  if (word == "fldinst") return Capture::What::field;
  return std::nullopt;
}

class Reading {
 public:
  Reading(std::string_view text, Listener& listener) : text_(text), listener_(listener) {}

  void run() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '{')
        ++depth_;
      else if (c == '}')
        close_group();
      else if (c == '\\')
        control();
      else if (!captures_.empty())
        take(c);
    }
    while (!captures_.empty()) finish();
  }

 private:
  void close_group() {
    if (depth_ > 0) --depth_;  // one too many ends nothing
    while (!captures_.empty() && captures_.back().depth > depth_) finish();
  }

  void control() {
    if (at_ >= text_.size()) return;
    if (is_letter(text_[at_])) return control_word();
    const char symbol = text_[at_++];
    if (symbol == '\'') return escaped_byte();
    if (symbol == '\\' || symbol == '{' || symbol == '}') take_text(symbol);
    if (symbol == '~') take_text(' ');
  }

  // \'hh is one character of a text; in hexadecimal data it is skipped.
  void escaped_byte() {
    if (text_.size() - at_ < 2) return;
    const int high = hex_digit(text_[at_]), low = hex_digit(text_[at_ + 1]);
    if (high < 0 || low < 0) return;
    at_ += 2;
    take_text(static_cast<char>(high << 4 | low));
  }

  void control_word() {
    const size_t from = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    const std::string_view word = text_.substr(from, at_ - from);
    const size_t digits = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    while (at_ < text_.size() && postern::support::is_digit(text_[at_])) ++at_;
    int64_t parameter = 0;
    std::from_chars(text_.data() + digits, text_.data() + at_, parameter);
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;  // belongs to the word
    if (word == "bin") return binary(parameter);
    if (word == "u") return unicode(parameter);
    if (word == "objupdate") return listener_.object_updates();
    if (const auto what = wanted(word)) begin(*what);
  }

  // Bytes as they are, braces and all.
  void binary(int64_t size) {
    if (size <= 0) return;
    const std::string_view bytes = text_.substr(at_, static_cast<size_t>(size));
    at_ += bytes.size();
    for (Capture& c : captures_) c.put(depth_, [&](HexBytes& into) { into.raw(bytes); });
  }

  void unicode(int64_t code) {
    std::string character;
    postern::support::append_utf8(character, static_cast<uint32_t>(code & 0xFFFF));
    for (const char c : character) take_text(c);
  }

  void begin(Capture::What what) {
    const bool goes_on = std::any_of(captures_.begin(), captures_.end(),
                                     [&](const Capture& c) { return c.what == what && c.depth == depth_; });
    if (goes_on) return;
    if (captures_.size() >= most_captures) return listener_.too_deep();
    captures_.push_back({what, depth_, {}, {}, false, {}});
  }

  // A character between the controls: a digit for data, a letter for text.
  void take(char c) {
    if (const int digit = hex_digit(c); digit >= 0)
      for (Capture& capture : captures_) capture.put(depth_, [&](HexBytes& into) { into.digit(digit); });
    if (c != '\r' && c != '\n') take_text(c);
  }

  void take_text(char c) {
    for (Capture& capture : captures_)
      if (!capture.is_hex() && capture.text.size() < most_text) capture.text += c;
  }

  void finish() {
    Capture capture = std::move(captures_.back());
    captures_.pop_back();
    const std::string text(postern::support::trim(capture.text));
    switch (capture.what) {
      case Capture::What::object:
        return finish_data(Kind::object, capture);
      case Capture::What::data_store:
        return finish_data(Kind::data_store, capture);
      case Capture::What::class_name:
        class_name_ = text;
        return;
      case Capture::What::template_path:
        return listener_.template_path(text);
      case Capture::What::field:
        return listener_.field(text);
    }
  }

  void finish_data(Kind kind, const Capture& capture) {
    Data data{kind, kind == Kind::object ? class_name_ : std::string(), {}};
    const auto add = [&](std::string bytes) {
      const auto& known = data.readings;
      if (!bytes.empty() && std::find(known.begin(), known.end(), bytes) == known.end())
        data.readings.push_back(std::move(bytes));
    };
    for (const HexBytes* bytes : {&capture.direct, &capture.all}) {  // without inner groups the second one is empty
      add(bytes->bytes());
      if (std::optional<std::string> shifted = bytes->shifted()) add(std::move(*shifted));
    }
    if (!data.readings.empty()) listener_.data(data);
  }

  std::string_view text_;
  Listener& listener_;
  size_t at_ = 0, depth_ = 0;
  std::vector<Capture> captures_;
  std::string class_name_;
};

}  // namespace

bool is_rtf(std::string_view bytes) {
  return bytes.starts_with("{\\rt");
}

void read(std::string_view text, Listener& listener) {
  Reading(text, listener).run();
}

}  // namespace rtf
