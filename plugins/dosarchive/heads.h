// SPDX-License-Identifier: MIT
// Which of the three some bytes are, told by the bytes alone, and where it begins. Bounded: a few reads at the front; an
// ARJ archive is also looked for behind something else, in the first megabytes.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace dosarchive_plugin {

enum class Kind { arj, arc, zoo };

struct Head {
  Kind kind = Kind::arj;
  uint64_t offset = 0;
  bool is_polyglot = false;   // the part is something else too, and readers of both accept it
  bool is_enclosed = false;   // in a file that holds files as they are
  bool is_given_up = false;   // too many decoys: nobody knows
};

std::optional<Head> head_of(std::string_view bytes, std::string_view detected_type);

const char* name(Kind);

}  // namespace dosarchive_plugin
