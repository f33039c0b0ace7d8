// SPDX-License-Identifier: MIT
#include "support/cabinets.h"

#include "support/archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

// Blocks of 32 KiB, each compressed without a look at the one before.
std::string data_blocks(const std::string& all, bool is_mszip, size_t& count) {
  constexpr size_t most = 32768;
  std::string out;
  count = 0;
  for (size_t at = 0; at < all.size() || count == 0; at += most, ++count) {
    const std::string plain = all.substr(at, most), packed = is_mszip ? "CK" + deflated(plain) : plain;
    out += little(0, 4) + little(packed.size(), 2) + little(plain.size(), 2) + packed;
  }
  return out;
}

unsigned folder_of(size_t nth, size_t files, const Cabinet& how) {
  constexpr unsigned from_previous = 0xfffd, to_next = 0xfffe;
  if (how.began_before && nth == 0) return from_previous;
  return how.goes_on && nth + 1 == files ? to_next : 0;
}

}  // namespace

std::string cab_of(const std::vector<File>& files, const Cabinet& how) {
  std::string all, entries;
  for (size_t i = 0; i < files.size(); ++i) {
    entries += little(files[i].content.size(), 4) + little(all.size(), 4) + little(folder_of(i, files.size(), how), 2) +
               little(0x5a21, 2) + little(0x5a21, 2) + little(0x20, 2) + files[i].name + '\0';
    all += files[i].content;
  }
  const std::string names =
      (how.has_previous ? "before.cab\0disk\0"s : ""s) + (how.has_next ? "next.cab\0disk\0"s : ""s);
  size_t blocks = 0;
  const std::string data = data_blocks(all, how.is_mszip, blocks);
  const size_t head = 36 + names.size(), folder = 8, data_at = head + folder + entries.size();
  const unsigned flags = (how.has_previous ? 1u : 0u) | (how.has_next ? 2u : 0u);
  return "MSCF" + little(0, 4) + little(data_at + data.size(), 4) + little(0, 4) + little(head + folder, 4) +
         little(0, 4) + "\x03\x01" + little(1, 2) + little(files.size(), 2) + little(flags, 2) + little(7, 2) +
         little(0, 2) + names + little(data_at, 4) + little(blocks, 2) + little(how.is_mszip ? 1 : 0, 2) + entries +
         data;
}

}  // namespace postern::testing
