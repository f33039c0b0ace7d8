// SPDX-License-Identifier: MIT
// As much of XML as is needed to look for a few elements: tags and text, one after the other, in one pass. Pure; views
// of the input. It checks nothing and never fails: what is no XML simply has no tags.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ooxml {

// The text as UTF-8, whatever Unicode it is in. UTF-8 is returned as it is, from `own` if it had to be made.
std::string_view utf8(std::string_view bytes, std::string& own);

struct Token {
  enum class Kind { open, close, text };  // <a/> is told as open only, and is_empty
  Kind kind = Kind::text;
  std::string_view name;    // of an element, without its prefix
  std::string_view inside;  // of a tag: its attributes
  std::string_view text;    // as it stands
  bool is_empty = false;
};

class Xml {
 public:
  explicit Xml(std::string_view text) : text_(text) {}
  bool next(Token& out);

 private:
  bool tag(Token& out);

  std::string_view text_;
  size_t at_ = 0;
};

// The value of an attribute, whatever its prefix, with references resolved.
std::optional<std::string> attribute(const Token& tag, std::string_view name);
std::string resolved(std::string_view text);

}  // namespace ooxml
