// SPDX-License-Identifier: MIT
// A page in (HTML, XHTML, SVG, HTA; UTF-8), and what is hidden in it out: data: URIs, encoded files in its scripts,
// pages in attributes. Linear, and no input fails.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "encodings.h"
#include "magic.h"

namespace html_plugin {

struct Found {
  Encoding encoding = Encoding::plain;
  std::string text;                // encoded
  std::string type;                // declared; empty: nothing is said
  std::vector<std::string> names;  // under which it would be saved
};

struct Page {
  std::vector<Found> found;
  bool smuggles = false;  // builds a file out of one of them, for the reader to save
  bool has_script = false;
  bool is_svg = false;
  bool is_application = false;  // HTA: runs outside of the browser, with the user's rights
};

Page read_page(std::string_view text);

}  // namespace html_plugin
