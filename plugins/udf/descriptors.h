// SPDX-License-Identifier: MIT
// The descriptors of ECMA-167 as far as somebody has to know what libudfread passes over: it reads only the first
// extent of a directory, and leaves out entries whose names it does not understand, without a word to its caller. Pure:
// a block in, a value out.
#pragma once
#include <cstdint>
#include <string_view>

namespace udf_plugin {

enum class Tag : uint16_t {
  primary_volume = 1,
  anchor = 2,
  volume_pointer = 3,
  partition = 5,
  logical_volume = 6,
  terminator = 8,
  file_set = 256,
  file_identifier = 257,
  file_entry = 261,
  extended_file_entry = 266,
};

bool has_tag(std::string_view block, Tag);  // with the right checksum

enum class FileKind { file, directory, metadata, link, device };

struct FileEntry {
  FileKind kind = FileKind::file;
  bool is_in_pieces = false;  // more than one extent
  bool has_streams = false;   // other contents under the same name
  bool is_inline = false;
  std::string_view content;  // where it is inline
  uint64_t size = 0;
};

bool is_file_entry(std::string_view block);
FileEntry file_entry(std::string_view block);

// How many entries a directory has, itself and deleted ones without a name not counted; is_whole: up to its end.
struct EntryCount {
  uint64_t entries = 0;
  bool is_whole = true;
};
EntryCount count_entries(std::string_view directory);

}  // namespace udf_plugin
