// SPDX-License-Identifier: MIT
#include "support/seven_zips.h"

#include "support/archives.h"

namespace postern::testing {
namespace {

std::string number(uint64_t value) {
  return value < 0x80 ? little(value, 1) : "\xff" + little(value, 8);
}

std::string property(char kind, const std::string& data) {
  return kind + number(data.size()) + data;
}

}  // namespace

std::string seven_zip_of(const std::vector<SevenZipEntry>& entries, bool has_header_among_streams) {
  const char end = 0, all_are_there = 1, in_this_header = 0;
  std::string packed, sizes, folders, checksums, names, attributes;
  for (const SevenZipEntry& e : entries) {
    packed += e.content;
    sizes += number(e.content.size());
    folders += std::string("\1\1\0", 3);  // one coder, whose name is the byte 0: a copy
    checksums += little(crc32_of(e.content), 4);
    for (const char c : e.name) names += little(static_cast<unsigned char>(c), 2);
    names += little(0, 2);
    attributes += little(e.attributes, 4);
  }
  const std::string count = number(entries.size());
  const std::string streams = std::string("\x06") + number(0) + count + '\x09' + sizes + end + "\x07\x0b" + count +
                              in_this_header + folders + '\x0c' + sizes + end + "\x08\x0a" + all_are_there + checksums +
                              end;
  const std::string files = count + property('\x11', in_this_header + names) +
                            property('\x15', std::string(1, all_are_there) + in_this_header + attributes) + end;
  std::string header = std::string("\1\4") + streams + end + '\5' + files + end;
  if (has_header_among_streams) {
    const std::string size = number(header.size()), at = number(packed.size());
    packed += header;
    header = "\x17\x06" + at + "\1\x09" + size + end + "\x07\x0b\1" + in_this_header + std::string("\1\1\0", 3) +
             '\x0c' + size + end + end;
  }
  const std::string start = little(packed.size(), 8) + little(header.size(), 8) + little(crc32_of(header), 4);
  return std::string("7z\xbc\xaf\x27\x1c\0\4", 8) + little(crc32_of(start), 4) + start + packed + header;
}

}  // namespace postern::testing
