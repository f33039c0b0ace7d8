// SPDX-License-Identifier: MIT
// Archives for tests, byte by byte where an honest writer would not do it: ZIP files in pieces, tar, cpio, RPM,
// xar, streams of every compression. Values in, bytes out; a builder that cannot throws
// std::runtime_error.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/samples.h"

namespace postern::testing {

std::string little(uint64_t value, unsigned size);
std::string from_hex(std::string_view digits);
uint32_t crc32_of(std::string_view bytes);

// ---- ZIP in pieces. What a header claims is independent of what is there.
struct ZipEntry {
  std::string name, packed;  // packed: as it stands in the file
  uint16_t method = 0, flags = 0;
  uint32_t crc = 0;
  uint64_t packed_size = 0, size = 0;  // the claims
  std::string extra = {};
  uint32_t attributes = 0;  // Unix mode << 16
};
ZipEntry stored_entry(const std::string& name, const std::string& content);
ZipEntry deflated_entry(const std::string& name, const std::string& content);
std::string local_header(const ZipEntry&);  // without the bytes that follow it
std::string central_header(const ZipEntry&, uint64_t offset, uint16_t disk = 0);
std::string end_record(size_t entries, size_t size, size_t offset, const std::string& comment = "", uint16_t disk = 0);
std::string zip_of(const std::vector<ZipEntry>& entries, const std::string& comment = "");  // in order, honest
std::string deflated(const std::string& content);                                           // raw deflate
std::string stored_block(std::string_view bytes, bool is_last);                             // raw deflate, uncompressed

// Fifield's bomb: one kernel of zeros that all members share; each quotes the headers behind its own.
std::string overlapping_zip(const ZipEntry& first, size_t members, size_t zeros);

// ---- other archives
struct TarEntry {
  std::string name, content;
  char type = '0';
  std::string link = {};
  uint32_t mode = 0644;
  std::optional<uint64_t> claim = {};  // of the size
};
std::string tar_of(const std::vector<TarEntry>&);   // ends with its two zero blocks
std::string cpio_of(const std::vector<TarEntry>&);  // newc; mode with the file type in it

std::string rpm_of(const std::string& payload);
struct XarEntry {
  std::string name, content;
  std::string type = "file", more = {};  // more: of the XML
};
std::string xar_of(const std::vector<XarEntry>&);  // without checksums
// libarchive's writers: "7zip", "iso9660", "xar", "warc" …; options as libarchive's: "7zip:compression=bzip2".
std::string packed_by(const std::string& format, const std::vector<File>&, const std::string& options = {});

// ---- streams, each a whole one: gzip bzip2 xz lzma lzip zstd lz4 compress brotli lzop zisofs
std::string stream_of(const std::string& compression, const std::string& content);

}  // namespace postern::testing
