// SPDX-License-Identifier: MIT
// Archives behind something else: a program that extracts itself, a picture with a ZIP file at its end. The whole part
// in, where archives begin out; a mark alone is none, the header behind it must make sense. Bounded: one search through
// the first megabytes and the last 64 KiB.
#pragma once
#include <string_view>
#include <vector>

#include "formats.h"

namespace archive_plugin {

// In programs cabinets and LHA are looked for as well: nobody finds those in other files.
enum class Host { program, container, other };

std::vector<Sighting> embedded(std::string_view bytes, Host);

}  // namespace archive_plugin
