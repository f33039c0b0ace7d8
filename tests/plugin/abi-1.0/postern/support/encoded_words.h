// SPDX-License-Identifier: MIT
// Encoded words in header text (RFC 2047) and text in any charset, to UTF-8. Lenient, as mail readers are: words inside
// quoted strings, of any length, with blanks inside are decoded, and neighbours of one charset are joined before
// conversion, so that a character may be split between them. It never fails: what a charset does not have becomes
// U+FFFD, and bytes in a charset nobody knows stay what they are.
//
// iconv loads a charset's module from a file when it is first needed. A program that will lose its files opens its
// charsets before (see Charset); the modules stay as long as one converter is open.
#pragma once
#include <iconv.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <postern/support/ascii.h>
#include <postern/support/transfer_encodings.h>

namespace postern::support {

// A converter from one charset to UTF-8.
class Charset {
 public:
  explicit Charset(std::string_view name) : name_(lower(name)) {
    if (!is_utf8() && !is_latin1()) handle_ = ::iconv_open("UTF-8", name_.c_str());
  }
  Charset(Charset&& other) noexcept : name_(std::move(other.name_)), handle_(std::exchange(other.handle_, none())) {}
  Charset& operator=(Charset&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Charset() {
    if (handle_ != none()) ::iconv_close(handle_);
  }

  const std::string& name() const { return name_; }
  bool is_known() const { return is_utf8() || is_latin1() || handle_ != none(); }

  std::string to_utf8(std::string_view text) const {
    if (is_latin1()) return from_latin1(text);
    if (handle_ == none()) return std::string(text);
    return convert(text);
  }

 private:
  static iconv_t none() { return reinterpret_cast<iconv_t>(static_cast<std::intptr_t>(-1)); }
  bool is_utf8() const {
    return name_.empty() || name_ == "utf-8" || name_ == "utf8" || name_ == "us-ascii" || name_ == "ascii";
  }
  bool is_latin1() const { return name_ == "iso-8859-1" || name_ == "latin1"; }

  static std::string from_latin1(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        out += c;
      } else {
        out += static_cast<char>(0xC0 | (byte >> 6));
        out += static_cast<char>(0x80 | (byte & 0x3F));
      }
    }
    return out;
  }

  std::string convert(std::string_view text) const {
    ::iconv(handle_, nullptr, nullptr, nullptr, nullptr);  // a state left by the text before
    std::string out;
    char* in = const_cast<char*>(text.data());  // iconv's signature; it does not write there
    std::size_t left = text.size();
    char buffer[1024];
    while (left > 0) {
      char* to = buffer;
      std::size_t room = sizeof buffer;
      const std::size_t rc = ::iconv(handle_, &in, &left, &to, &room);
      const int error = errno;
      out.append(buffer, sizeof buffer - room);
      if (rc == static_cast<std::size_t>(-1) && error != E2BIG && left > 0) {
        out += "\xEF\xBF\xBD";
        ++in;
        --left;
      }
    }
    return out;
  }

  std::string name_;
  iconv_t handle_ = none();
};

inline std::string to_utf8(std::string_view text, std::string_view charset) {
  return Charset(charset).to_utf8(text);
}

struct EncodedWord {
  std::string_view charset;  // without the language of RFC 2231, section 5
  std::string_view text;
  bool is_base64 = false;
  std::size_t length = 0;  // from "=?" to "?="
};

// The word that begins at at, where "=?" stands.
inline std::optional<EncodedWord> encoded_word_at(std::string_view text, std::size_t at) {
  constexpr std::size_t longest_charset = 100;
  const std::size_t charset_end = text.substr(0, at + 2 + longest_charset).find('?', at + 2);
  if (charset_end == std::string_view::npos || charset_end == at + 2 || charset_end + 2 >= text.size())
    return std::nullopt;
  EncodedWord word;
  word.charset = text.substr(at + 2, charset_end - at - 2);
  if (word.charset.find_first_of(" \t=\"") != std::string_view::npos) return std::nullopt;
  word.charset = word.charset.substr(0, word.charset.find('*'));
  const char encoding = lower(text[charset_end + 1]);
  if ((encoding != 'b' && encoding != 'q') || text[charset_end + 2] != '?') return std::nullopt;
  const std::size_t begin = charset_end + 3, end = text.find("?=", begin);
  if (end == std::string_view::npos) return std::nullopt;
  word.is_base64 = encoding == 'b';
  word.text = text.substr(begin, end - begin);
  word.length = end + 2 - at;
  return word;
}

inline std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The text with every encoded word decoded. White space between two words is theirs and goes.
inline std::string decode_encoded_words(std::string_view text) {
  std::string out, pending;  // pending: decoded bytes that still wait for their conversion
  std::optional<Charset> charset;
  std::size_t copied = 0;
  const auto convert = [&] {
    if (!pending.empty()) out += charset->to_utf8(pending);
    pending.clear();
  };
  const std::size_t last_end = text.rfind("?=");  // no word begins behind it, so nobody searches there
  for (std::size_t at = text.find("=?");
       at != std::string_view::npos && at < last_end && last_end != std::string_view::npos;) {
    const std::optional<EncodedWord> word = encoded_word_at(text, at);
    if (!word) {
      at = text.find("=?", at + 2);
      continue;
    }
    const std::string_view between = text.substr(copied, at - copied);
    const bool neighbours = charset && copied > 0 && trim(between).empty();
    if (!neighbours || !equal_ignoring_case(charset->name(), word->charset)) convert();
    if (!neighbours) out += between;
    if (!charset || !equal_ignoring_case(charset->name(), word->charset)) charset.emplace(word->charset);
    pending += word->is_base64 ? decode_base64(word->text) : decode_q(word->text);
    copied = at + word->length;
    at = text.find("=?", copied);
  }
  convert();
  return out.append(text.substr(copied));
}

}  // namespace postern::support
