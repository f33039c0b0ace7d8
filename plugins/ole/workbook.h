// SPDX-License-Identifier: MIT
// The records of an Excel 5 to 2003 workbook ([MS-XLS]): its sheets, and whether it is encrypted. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ole {

struct Sheet {
  std::string name;
  bool is_macro = false;  // a sheet of Excel 4.0 macros
  bool is_hidden = false;
};
struct Workbook {
  std::vector<Sheet> sheets;
  bool has_macro_sheet = false;
  std::optional<std::string_view> file_pass;  // the record that says how it is encrypted
};
Workbook read_workbook(std::string_view stream);

// The stream without its encryption: the password that Excel tries by itself is tried. nullopt: it needs another one,
// or we do not know the method.
struct Reading {
  std::string plain;
  bool is_sure = true;  // false: another password may fit as well, and then this is noise
};
std::optional<Reading> decrypt_workbook(std::string_view stream, std::string_view file_pass);

}  // namespace ole
