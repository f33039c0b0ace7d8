// SPDX-License-Identifier: MIT
// Disk images with a tree of files of UDF (1.02, or with the partitions of 2.50) for tests, descriptor by descriptor,
// so that they may lie. Values in, bytes out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::testing {

constexpr size_t udf_block = 2048, udf_partition = 257;  // where the partition begins
constexpr uint32_t udf_root = 2;                         // the head of the root directory, in the partition
enum : uint8_t { udf_is_directory = 4, udf_is_file = 5, udf_is_device = 6, udf_is_link = 12 };

struct UdfEntry {
  std::string name, content;
  std::vector<UdfEntry> entries = {};  // of a directory
  uint8_t type = udf_is_file;          // what the head of the file says
  bool is_inline = false;              // the content stands in the head
  bool is_in_pieces = false;           // each block stands apart, and before the next lies a foreign one
  std::optional<uint32_t> head = {};   // it has its head there already: nothing is written
  std::optional<uint64_t> claim = {};  // of the size
  bool is_wide = false;                // the name in 16 bits
};
UdfEntry udf_directory(const std::string& name, std::vector<UdfEntry> entries);

struct UdfImage {
  std::vector<UdfEntry> entries;
  std::string iso = {};  // a tree of the other kind, in front; small, and its files with bytes
  bool is_root_in_pieces = false;
  bool is_partition_unknown = false;  // says that it has one of a kind that nobody follows
  bool has_metadata = false;          // as UDF 2.50
  std::string second_volume = {};     // the name of another logical volume
};
std::string udf_image(const UdfImage&);
std::string udf_of(const std::vector<UdfEntry>& entries);

}  // namespace postern::testing
