// SPDX-License-Identifier: MIT
// RFC 5545 3.1 and RFC 6350 3.2: the lines of calendars and cards, unfolded, with name, parameters and value.
// Forgiving: old cards (2.1) fold base64 without an indented line and write parameters without names. No input fails.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calendar_plugin {

struct ContentLine {
  std::string name;                                             // upper case, without a group's prefix
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case, empty for "BASE64" alone
  std::string_view value;                                       // lent until the next line

  std::string_view parameter(std::string_view wanted) const;  // empty: it has none
  bool is_base64() const;
};

class ContentLines {
 public:
  explicit ContentLines(std::string_view text) : rest_(text) {}

  // False: there are no more.
  bool next(ContentLine& line);

 private:
  bool take_logical_line();

  std::string_view rest_;
  std::string line_;  // unfolded
};

}  // namespace calendar_plugin
