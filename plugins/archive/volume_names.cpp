// SPDX-License-Identifier: MIT
#include "volume_names.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace archive_plugin {
namespace {

std::string lowered(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_divided_kind(std::string_view stem) {
  for (const std::string_view kind :
       {".7z", ".zip", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".arj", ".lzh", ".cab", ".iso", ".exe"})
    if (stem.ends_with(kind)) return true;
  return false;
}

}  // namespace

bool is_first_volume(std::string_view part_name) {
  return part_name.ends_with(".001");
}

bool is_later_volume(std::string_view part_name) {
  const std::string name = lowered(part_name);
  const size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return false;
  const std::string_view stem = std::string_view(name).substr(0, dot), suffix = std::string_view(name).substr(dot + 1);
  const size_t letters = suffix.find_first_of("0123456789");
  const size_t digits = suffix.size() - std::min(letters, suffix.size());
  if (suffix.find_first_not_of("0123456789", std::min(letters, suffix.size())) != suffix.npos) return false;
  if (letters == 0) return digits == 3 && is_divided_kind(stem);
  const bool is_letter_of_one = letters == 1 && (suffix[0] == 'z' || suffix[0] == 'r' || suffix[0] == 'a');
  return is_letter_of_one && (digits == 2 || digits == 3);
}

}  // namespace archive_plugin
