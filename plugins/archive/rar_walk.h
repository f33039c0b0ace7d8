// SPDX-License-Identifier: MIT
// The headers of a RAR archive, of the old format (1.5 to 4) or the new (5): its bytes from the signature on in,
// members, volumes and encryption out, which libarchive does not tell. Pure, linear, bounded. Nothing fails: where the
// headers end too early is a value.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace archive_plugin {

struct RarMember {
  std::vector<std::string> names;
  std::string link;    // where it points: symbolic link, junction, hard link, copy of another member
  uint64_t begin = 0;  // its header and packed bytes: a range of the archive
  uint64_t data = 0;   // where its packed bytes begin
  uint64_t end = 0;
  uint64_t size = 0;  // the claim; 0: none
  bool is_encrypted = false;
  bool is_directory = false;
  bool is_special = false;      // directory, link, device
  bool is_split = false;        // goes on in another volume, or began in one
  bool has_coded_name = false;  // another name stands behind the first, as the old format has it
};

struct RarWalk {
  std::vector<RarMember> members;
  uint64_t head_end = 0;  // behind signature and main header
  uint64_t end = 0;       // behind the end mark, or where the walk stopped
  bool are_headers_encrypted = false;
  bool is_volume = false;
  bool is_solid = false;
  bool is_whole = false;  // an end mark was there
  bool has_too_many = false;
};

RarWalk walk_rar(std::string_view bytes);

}  // namespace archive_plugin
