// SPDX-License-Identifier: MIT
// Every reading of a ZIP file (APPNOTE.TXT 6.3): its bytes in; out come all members that any reader would find, by the
// last end record, by an earlier one, or by the local headers alone, each once, with all its names, and what the
// readings disagree about. Pure, linear in the size of the file, bounded in memory. Nothing is unpacked here, nothing
// fails: damage is a value.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace archive_plugin {

struct ZipMember {
  std::vector<std::string> names;  // the directory's first; UTF-8 where the format says so, otherwise raw bytes
  uint64_t header = 0;             // where its local header stands
  uint64_t offset = 0;             // where its bytes stand
  uint64_t packed = 0;             // how many they are; is_open_ended: at most
  uint64_t size = 0;               // the claim; 0: none
  uint32_t crc = 0;
  uint16_t method = 0;
  uint16_t flags = 0;
  bool has_crc = false;
  bool is_open_ended = false;  // only its decoder knows where it ends
  bool is_encrypted = false;
  bool is_directory = false;
  bool is_link = false;     // its bytes are the target; a reader that knows no links makes a file of them
  bool is_reading = false;  // the local header's reading of a member that the directory describes otherwise
};

struct ZipDoubt {
  std::string token, text;
};

struct ZipWalk {
  std::vector<ZipMember> members;
  std::vector<ZipDoubt> doubts;   // two readers would read it differently
  std::vector<ZipDoubt> defects;  // it breaks its standard
  std::string damage;             // why not all members can be there; empty: they are
  bool is_volume = false;         // one of several
  bool is_directory_encrypted = false;
  bool has_too_many = false;  // more members than are listed here
  uint64_t end = 0;           // of the last directory and its comment
};

ZipWalk walk_zip(std::string_view bytes);

}  // namespace archive_plugin
