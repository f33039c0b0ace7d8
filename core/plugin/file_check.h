// SPDX-License-Identifier: MIT
// Could somebody else have put this file there? A library is code that runs with our rights, so it must be a regular
// file, and it and every directory above it must belong to root or to the user of this process and be writable by
// nobody else. A directory with the sticky bit (/tmp) may be writable by all: in it only an entry's owner can replace
// the entry, and the owner of the entry is checked. Symbolic links are followed, and what they lie in is checked too.
#pragma once
#include <string>

#include "plugin/problems.h"

namespace postern::plugin {

// Ids: PLUGIN-FILE-MISSING, PLUGIN-FILE-TYPE, PLUGIN-FILE-OWNER, PLUGIN-FILE-WRITABLE. path is absolute.
Problems check_file(const std::string& path);

}  // namespace postern::plugin
