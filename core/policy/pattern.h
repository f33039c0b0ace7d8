// SPDX-License-Identifier: MIT
// An administrator's regular expression (RE2 syntax, any case), compiled once and applied to hostile text: linear in its length,
// whatever the pattern. Immutable; may be used by several threads.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace postern::policy {

class Pattern {
 public:
  // Does not throw: a pattern that cannot be used has an error, and matches nothing.
  explicit Pattern(const std::string& text);
  bool is_found_in(std::string_view text) const;  // anywhere; bytes that are not UTF-8 match nothing but themselves
  std::string error() const;                      // empty: usable
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace postern::policy
