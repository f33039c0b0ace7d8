// SPDX-License-Identifier: MIT
#include "tar_special.h"

#include <algorithm>

#include "bytes.h"
#include "tar_head.h"

namespace archive_plugin {
namespace {

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

// A header, the zeros of the end, or the end itself.
bool could_go_on_at(std::string_view tar, uint64_t at) {
  const std::string_view block = range(tar, at, tar_block);
  return is_tar_head(block) || is_zero(block);
}

}  // namespace

std::optional<TarBytes> bytes_behind_special(std::string_view tar, uint64_t behind_header) {
  if (behind_header < tar_block || behind_header >= tar.size()) return std::nullopt;
  const std::string_view head = range(tar, behind_header - tar_block, tar_block);
  if (!is_tar_head(head) || tar_kind(head) < '1' || tar_kind(head) > '6') return std::nullopt;
  const uint64_t size = tar_size(head), there = tar.size() - behind_header;
  if (size == 0) return std::nullopt;
  const bool is_whole = size <= there;
  const uint64_t end = behind_header + std::min(size, there);
  const uint64_t next = std::min<uint64_t>((end + tar_block - 1) / tar_block * tar_block, tar.size());
  const bool has_none = could_go_on_at(tar, behind_header), has_some = is_whole && could_go_on_at(tar, next);
  if ((has_none && !has_some) || is_zero(range(tar, behind_header, end - behind_header))) return std::nullopt;
  return TarBytes{behind_header, end, next};
}

}  // namespace archive_plugin
