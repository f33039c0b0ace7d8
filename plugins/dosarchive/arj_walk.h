// SPDX-License-Identifier: MIT
// The headers of an ARJ archive: its bytes from the main header on in, what they say out. Pure, bounded. Where the chain
// of headers breaks, the next header with a right checksum is looked for, as "arj -jr" does; what is passed over is a
// leftover.
#pragma once
#include <cstddef>
#include <string_view>

#include "walk.h"

namespace dosarchive_plugin {

Walk walk_arj(std::string_view archive);

// The next header with a right checksum. Decoys must not cost the day: budget is how many bytes of them may be read, and
// is less by what was.
struct ArjSearch {
  size_t at = std::string_view::npos;
  bool is_given_up = false;
};
constexpr size_t arj_search_budget = 16u << 20;
ArjSearch find_arj_header(std::string_view bytes, size_t from, bool main_only, size_t& budget);

// Does an archive begin here? Its checksum says so; or, where that is wrong, everything else.
bool is_arj_head(std::string_view bytes);

}  // namespace dosarchive_plugin
