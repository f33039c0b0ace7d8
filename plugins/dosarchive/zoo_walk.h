// SPDX-License-Identifier: MIT
// The chain of directory entries of a ZOO archive: its bytes in, what they say out. Pure, bounded: an entry is visited
// once, so that a chain that leads in a circle ends. Deleted entries are members like others.
#pragma once
#include <string_view>

#include "walk.h"

namespace dosarchive_plugin {

Walk walk_zoo(std::string_view archive);
bool is_zoo_head(std::string_view bytes);

}  // namespace dosarchive_plugin
