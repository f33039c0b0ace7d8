// SPDX-License-Identifier: MIT
// What decoded bytes are, as far as it matters here: is it worth a part, and would nobody write it into a page without
// wanting it to become a file? The part's type is found by the host.
#pragma once
#include <cstddef>
#include <string_view>

namespace html_plugin {

enum class Kind {
  unknown,
  media,    // pictures, fonts, sounds: ordinary in pages
  text,     // nothing but text
  markup,   // a page in a page
  payload,  // programs, archives, disk images, documents
};

constexpr size_t kind_window = 0x8006;  // the mark of ISO 9660 stands behind 32 kB

Kind kind_of(std::string_view bytes);

}  // namespace html_plugin
