// SPDX-License-Identifier: MIT
#include "cab_alone.h"

#include "bytes.h"

namespace archive_plugin {
namespace {

enum : uint16_t { has_previous = 1, has_next = 2, has_reserve = 4 };
enum : uint16_t { from_previous = 0xfffd, to_next = 0xfffe, from_previous_to_next = 0xffff };
constexpr uint64_t files_at = 16, folder_count_at = 26, file_count_at = 28, flags_at = 30, head = 36, reserve_head = 4;

void put16(std::string& bytes, uint64_t at, uint64_t value) {
  bytes[static_cast<size_t>(at)] = static_cast<char>(value & 0xff);
  bytes[static_cast<size_t>(at) + 1] = static_cast<char>(value >> 8 & 0xff);
}

// Behind the text at this place and its zero; 0: there is none.
uint64_t behind_text(std::string_view bytes, uint64_t at) {
  const size_t end = at < bytes.size() ? bytes.find('\0', static_cast<size_t>(at)) : bytes.npos;
  return end == bytes.npos ? 0 : end + 1;
}

// Files of a folder that is divided say so instead of telling which one it is.
void name_folders(std::string& cabinet) {
  constexpr uint64_t file_head = 16, folder_at = 8;
  const uint16_t folders = little16(cabinet, folder_count_at);
  uint64_t at = little32(cabinet, files_at);
  for (uint16_t n = little16(cabinet, file_count_at); n > 0 && holds(cabinet, at, file_head); --n) {
    const uint16_t folder = little16(cabinet, at + folder_at);
    if (folder == from_previous || folder == from_previous_to_next) put16(cabinet, at + folder_at, 0);
    if (folder == to_next && folders > 0) put16(cabinet, at + folder_at, folders - 1u);
    at = behind_text(cabinet, at + file_head);
    if (at == 0) return;
  }
}

}  // namespace

bool is_one_of_several(std::string_view cabinet) {
  return little16(cabinet, flags_at) & (has_previous | has_next);
}

// The names of the neighbours become bytes of the reserve, which nobody reads: so nothing moves.
std::optional<std::string> as_if_alone(std::string_view cabinet) {
  const uint16_t flags = little16(cabinet, flags_at);
  const uint64_t reserve = flags & has_reserve ? little16(cabinet, head) : 0;
  const uint64_t begin = head + (flags & has_reserve ? reserve_head + reserve : 0);
  uint64_t end = begin;
  for (const uint16_t neighbour : {has_previous, has_next})
    for (int text = 0; flags & neighbour && text < 2; ++text)
      if ((end = behind_text(cabinet, end)) == 0) return std::nullopt;
  const uint64_t all = end - head - reserve_head;
  if (end < head + reserve_head || all > 0xffff || !holds(cabinet, 0, end)) return std::nullopt;
  std::string out(cabinet);
  put16(out, flags_at, (flags & ~(has_previous | has_next)) | has_reserve);
  put16(out, head, all);
  if (!(flags & has_reserve)) put16(out, head + 2, 0);
  name_folders(out);
  return out;
}

}  // namespace archive_plugin
