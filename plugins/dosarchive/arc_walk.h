// SPDX-License-Identifier: MIT
// The headers of an ARC or PAK archive: its bytes in, what they say out. Pure, linear, bounded. Where the chain breaks,
// the next plausible header is looked for, as arc(1) does; what is passed over is a leftover.
#pragma once
#include <string_view>

#include "walk.h"

namespace dosarchive_plugin {

Walk walk_arc(std::string_view archive);
bool is_arc_head(std::string_view bytes);

}  // namespace dosarchive_plugin
