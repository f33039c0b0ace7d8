// SPDX-License-Identifier: MIT
#include "file_names.h"

#include <postern/support/binary.h>

#include <algorithm>
#include <optional>

#include "bytes.h"

namespace onenote_plugin {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view name_property = "\x9c\x1d\x00\x1c"sv;
constexpr size_t most_names = 100, longest_name = 1024;
constexpr unsigned most_properties = 64;  // of one set

// [MS-ONESTORE] 2.6.6: what a property of this kind takes among the data of its set; nullopt: it cannot be skipped.
std::optional<size_t> size_of(uint32_t property, std::string_view data) {
  switch (property >> 26 & 0x1f) {
    case 0x1:
    case 0x2:
    case 0x8:
    case 0xa:
    case 0xc:
      return 0;  // nothing, or an identifier that stands elsewhere
    case 0x3:
      return 1;
    case 0x4:
      return 2;
    case 0x5:
      return 4;
    case 0x6:
      return 8;
    case 0x7:
      if (data.size() < 4 || little32(data, 0) > data.size() - 4) return std::nullopt;
      return 4 + little32(data, 0);
    case 0x9:
    case 0xb:
    case 0xd:
      return 4;  // the number of identifiers
    default:
      return std::nullopt;
  }
}

std::string text_of(std::string_view utf16) {
  std::string out;
  for (size_t i = 0; i + 1 < utf16.size() && little16(utf16, i) != 0; i += 2) postern::support::append_utf8(out, little16(utf16, i));
  return out;
}

// The set begins with the number of its properties; the one at `at` is the nth of them.
std::optional<std::string> name_in_set(std::string_view bytes, size_t at, unsigned nth) {
  if (at < 4 * size_t{nth} + 2) return std::nullopt;
  const size_t set = at - 4 * size_t{nth} - 2;
  const unsigned count = little16(bytes, set);
  if (count <= nth || count > most_properties || bytes.size() - set - 2 < 4 * size_t{count}) return std::nullopt;
  std::string_view data = bytes.substr(set + 2 + 4 * size_t{count});
  for (unsigned i = 0; i < nth; ++i) {
    const auto size = size_of(little32(bytes, set + 2 + 4 * size_t{i}), data);
    if (!size || *size > data.size()) return std::nullopt;
    data.remove_prefix(*size);
  }
  if (data.size() < 4) return std::nullopt;
  const uint32_t length = little32(data, 0);
  if (length < 4 || length > longest_name || length % 2 != 0 || length > data.size() - 4) return std::nullopt;
  std::string name = text_of(data.substr(4, length));
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

}  // namespace

std::vector<std::string> file_names(std::string_view bytes) {
  std::vector<std::string> names;
  for (size_t at = bytes.find(name_property); at != bytes.npos && names.size() < most_names;
       at = bytes.find(name_property, at + 1)) {
    for (unsigned nth = 0; nth < most_properties; ++nth) {
      const auto name = name_in_set(bytes, at, nth);
      if (!name) continue;
      if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
      break;
    }
  }
  return names;
}

}  // namespace onenote_plugin
