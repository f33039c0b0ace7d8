// SPDX-License-Identifier: MIT
#include "tar_head.h"

#include "bytes.h"

namespace archive_plugin {
namespace {

constexpr size_t size_at = 124, size_size = 12, sum_at = 148, sum_size = 8, kind_at = 156;

// Blanks, octal digits, and whatever ends them.
uint64_t octal(std::string_view field) {
  const size_t first = field.find_first_not_of(' ');
  uint64_t value = 0;
  for (size_t i = first; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i)
    value = value * 8 + static_cast<unsigned>(field[i] - '0');
  return value;
}

}  // namespace

bool is_tar_head(std::string_view b) {
  if (b.size() < tar_block || b[0] == 0) return false;
  const std::string_view field = b.substr(sum_at, sum_size);
  const size_t first = field.find_first_not_of(' ');
  if (first == field.npos || field[first] < '0' || field[first] > '7') return false;
  uint64_t sum = 0;
  for (size_t i = 0; i < tar_block; ++i)
    sum += i >= sum_at && i < sum_at + sum_size ? ' ' : static_cast<unsigned char>(b[i]);
  return sum == octal(field);
}

char tar_kind(std::string_view head) {
  return head.size() < tar_block ? '\0' : head[kind_at];
}

uint64_t tar_size(std::string_view head) {
  if (head.size() < tar_block) return 0;
  const std::string_view field = head.substr(size_at, size_size);
  const bool is_binary = field[0] & 0x80;
  return is_binary ? big(field, size_size - 8, 8) : octal(field);
}

}  // namespace archive_plugin
