// SPDX-License-Identifier: MIT
#include "postfix/document.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace postern::testing {

std::string documented(const std::string& label) {
  std::ifstream in(POSTERN_POSTFIX_DOCUMENT);
  std::optional<std::string> block;
  bool is_inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      const size_t space = line.find(' ');
      is_inside = !is_inside && space != std::string::npos && line.substr(space + 1) == label;
      if (is_inside && block) throw std::runtime_error("two blocks \"" + label + "\" in " POSTERN_POSTFIX_DOCUMENT);
      if (is_inside) block.emplace();
    } else if (is_inside) {
      *block += line + "\n";
    }
  }
  if (!block) throw std::runtime_error("no block \"" + label + "\" in " POSTERN_POSTFIX_DOCUMENT);
  return *block;
}

}  // namespace postern::testing
