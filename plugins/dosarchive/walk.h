// SPDX-License-Identifier: MIT
// What the headers of an archive say, the same value for all three formats: the walkers make it, extract() opens it.
// Nothing fails: where headers end too early, lie or lead in a circle is a value. All places are inside the archive,
// whatever it claims.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dosarchive_plugin {

enum class Method { stored, lzh5, lzh7, arj_fastest, zoo_lzw, rle90, squeezed, crunched, squashed, unknown };
enum class Checksum { crc32, crc16 };

struct Range {
  uint64_t begin = 0, end = 0;
};

struct Member {
  std::vector<std::string> names;  // all that it is called, raw
  std::string label;               // its method in words: "arj 1"
  Method method = Method::unknown;
  Range packed;       // its bytes in the archive, as far as there are any
  uint64_t size = 0;  // the claim
  uint32_t checksum = 0;
  bool has_checksum = true;
  bool is_special = false;  // directory, label, device
  bool is_encrypted = false;
  bool is_split = false;    // goes on in another volume, or began in one
  bool is_cut = false;      // the archive ends before its bytes do
  bool is_deleted = false;  // marked so, and still there
};

struct Walk {
  Checksum checksum = Checksum::crc16;
  std::vector<Member> members;
  std::vector<Range> leftovers;  // what is neither header nor member, also behind the end
  std::string damage;            // the first that is wrong
  bool is_volume = false;
  bool is_protected = false;  // says that recovery or signature data stand behind its end
  bool has_too_many = false;  // more members than are looked at
  bool has_overlap = false;   // members share bytes
};

constexpr size_t most_members = 1u << 16;

// A range that ends where the archive does.
Range clipped(std::string_view archive, uint64_t begin, uint64_t size);

void note_damage(Walk&, std::string_view why);  // the first one counts

// From what the headers and members cover: the leftovers.
void find_leftovers(Walk&, std::vector<Range> covered, uint64_t archive_size);

}  // namespace dosarchive_plugin
