// SPDX-License-Identifier: MIT
// A page as its tags: attributes, scripts, styles and text, in one pass. No tree is built and nothing is an error; what
// stands in comments is read as if it did not, since some mail readers do.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace html_plugin {

struct Tag {
  std::string name;                                             // lower case, without a namespace's prefix
  std::vector<std::pair<std::string, std::string>> attributes;  // names in lower case; values with entities undone

  std::string_view attribute(std::string_view wanted) const;  // empty: it has none
};

struct MarkupHandler {
  std::function<void(const Tag&)> tag;
  std::function<void(std::string_view)> script, style, text;
};

void read_markup(std::string_view page, const MarkupHandler& handler);

}  // namespace html_plugin
