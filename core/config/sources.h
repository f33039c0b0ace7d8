// SPDX-License-Identifier: MIT
// The configuration from texts instead of files: what load() does after it has read them. For tests, the fuzzer and
// tools.
#pragma once
#include <string>
#include <vector>

#include "config/configuration.h"

namespace postern::config {

struct Source {
  std::string file;  // as printed in origins
  std::string text;
};

// In order: the later overlays the earlier. None: the built-in defaults.
Loaded load_sources(const std::vector<Source>& sources);

}  // namespace postern::config
