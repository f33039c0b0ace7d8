// SPDX-License-Identifier: MIT
#include "rar_plain.h"

#include <zlib.h>

#include "bytes.h"
#include "rar_numbers.h"

namespace archive_plugin {
namespace {

void put(std::string& bytes, size_t at, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i, value >>= 8) bytes[at + i] = static_cast<char>(value & 0xff);
}

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string as_plain_file_of_rar4(std::string_view member) {
  constexpr size_t flags_at = 3, size_at = 5, system_at = 15, attributes_at = 28, least = 32;
  constexpr uint16_t directory = 0xe0;
  constexpr uint8_t system_unix = 3;
  std::string out(member);
  const size_t size = little16(out, size_at);
  if (size < least || size > out.size()) return out;
  put(out, flags_at, little16(out, flags_at) & ~directory, 2);
  put(out, system_at, system_unix, 1);
  put(out, attributes_at, 0100644, 4);
  put(out, 0, checksum(std::string_view(out).substr(2, size - 2)) & 0xffff, 2);
  return out;
}

std::string empty_file_of_rar4(char name) {
  constexpr size_t size = 33;
  std::string out(size, '\0');
  out[2] = 0x74;  // a file
  put(out, 3, 0x8000, 2);
  put(out, 5, size, 2);
  out[24] = 20;    // the version that can unpack it
  out[25] = 0x30;  // stored
  out[26] = 1;     // letters of its name
  out[32] = name;
  return as_plain_file_of_rar4(out);
}

std::string as_plain_file_of_rar5(std::string_view member) {
  constexpr size_t checksum_size = 4;
  constexpr uint64_t has_extra = 1, has_data = 2, redirection = 5;
  constexpr char directory = 1, goes_on = '\x80', of_no_kind = 0x7e;
  std::string out(member);
  Numbers front(out, checksum_size, out.size());
  const uint64_t size = front.next(), begin = front.at();
  if (front.is_wrong() || !holds(out, begin, size)) return out;
  Numbers head(out, begin, begin + size);
  head.next();  // type
  const uint64_t flags = head.next(), extra = flags & has_extra ? head.next() : 0;
  if (flags & has_data) head.next();
  if (head.is_wrong() || head.at() >= begin + size || extra > size) return out;
  out[static_cast<size_t>(head.at())] &= static_cast<char>(~directory);
  for (uint64_t at = begin + size - extra; at < begin + size;) {
    Numbers record(out, at, begin + size);
    const uint64_t length = record.next(), type_at = record.at();
    if (record.is_wrong() || length == 0 || length > begin + size - type_at) break;
    char& type = out[static_cast<size_t>(type_at)];
    if (record.next() == redirection) type = static_cast<char>((type & goes_on) | of_no_kind);
    at = type_at + length;
  }
  put(out, 0, checksum(range(out, checksum_size, begin + size - checksum_size)), checksum_size);
  return out;
}

}  // namespace archive_plugin
