// SPDX-License-Identifier: MIT
// LHA archives for tests, with the oldest kind of header. Values in, bytes out.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace postern::testing {

struct LhaEntry {
  std::string name, content;
  std::string method = "-lh0-";  // -lhd- is a directory
  std::optional<std::string> packed = {};
};
std::string lha_of(const std::vector<LhaEntry>&);
std::string lh5_packed(const std::string& content);  // all literals
std::string lh7_packed(const std::string& content);  // the same for -lh6- and -lh7-

}  // namespace postern::testing
