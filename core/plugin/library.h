// SPDX-License-Identifier: MIT
// An opened plug-in file. Opened with everything bound at once and nothing shared, and never closed: no program has
// found a safe way to unload code. Errors: LibraryError with the loader's own words.
#pragma once
#include <stdexcept>
#include <string>

#include "postern/plugin.h"

namespace postern::plugin {

struct LibraryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using EntryFunction = const postern_plugin* (*)(uint32_t host_abi, uint32_t nth);

// Opens the file, or finds it opened already, and returns its postern_plugin_entry. path is absolute.
EntryFunction open_library(const std::string& path);

}  // namespace postern::plugin
