// SPDX-License-Identifier: MIT
#include "notebook.h"

#include <algorithm>

#include "bytes.h"
#include "package.h"

namespace onenote_plugin {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view section = "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv;
constexpr std::string_view contents = "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f"sv;

// [MS-ONESTORE] 2.6.13: header, length (8 bytes), unused (4), reserved (8), the file, padding, footer.
constexpr std::string_view header = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"sv;
constexpr std::string_view footer = "\x22\xa7\xfb\x71\x79\x0f\x0b\x4a\xbb\x13\x89\x92\x56\x42\x6b\x24"sv;
constexpr size_t before_file = 36;

// One file; a false length ends where the footer or the section does.
EmbeddedFile file_at(std::string_view bytes, size_t start) {
  const size_t first = start + before_file, room = bytes.size() - first;
  const uint64_t claimed = little64(bytes, start + header.size());
  if (claimed <= room) return {first, claimed, false};
  const size_t end = bytes.find(footer, first);
  return {first, end == bytes.npos ? room : end - first, true};
}

}  // namespace

bool is_notebook(std::string_view bytes) {
  return bytes.starts_with(section) || bytes.starts_with(contents);
}

std::vector<EmbeddedFile> embedded_files(std::string_view bytes) {
  std::vector<EmbeddedFile> files;
  for (size_t at = bytes.find(header); at != bytes.npos && bytes.size() - at >= before_file;) {
    const EmbeddedFile file = file_at(bytes, at);
    files.push_back(file);
    // A section in a section has marks of its own: they are found when it is opened. A false length skips nothing.
    at = bytes.find(header, file.is_cut ? at + header.size() : file.offset + file.length);
  }
  if (is_package(bytes)) {
    const std::vector<EmbeddedFile> packed = packed_files(bytes);
    files.insert(files.end(), packed.begin(), packed.end());
  }
  return files;
}

bool is_picture(std::string_view bytes) {
  constexpr std::string_view marks[] = {"\x89PNG\r\n", "\xff\xd8\xff", "GIF8", "BM", "II*\0"sv, "MM\0*"sv};
  if (bytes.size() > 44 && bytes.substr(40, 4) == " EMF") return true;
  return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view m) { return bytes.starts_with(m); });
}

}  // namespace onenote_plugin
