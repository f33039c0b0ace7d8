// SPDX-License-Identifier: MIT
// Entities that an XML document declares for itself (XML 1.0, 4.2): a browser that opens an SVG picture puts them in
// place before it sees a tag, so that an address, or a whole element, can stand in pieces in the declaration. Text in,
// text out; what stands for too much is left out, and that is said. External entities are never fetched.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace html_plugin {

struct InPlace {
  std::string text;
  bool is_whole = true;  // false: the entities stand for more than is looked at
};

// Nothing: it declares none.
std::optional<InPlace> with_entities_in_place(std::string_view text);

}  // namespace html_plugin
