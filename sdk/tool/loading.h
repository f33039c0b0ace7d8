// SPDX-License-Identifier: MIT
// Opens a plug-in file as the daemon does, and configures an instance from the command line.
#pragma once
#include <string>
#include <vector>

#include "plugin/descriptor.h"
#include "plugin/registry.h"
#include "verbs.h"

namespace postern::tool {

// All checks but that of the owner, which concerns the place of installation. No plug-ins when there are errors.
plugin::Library load(const std::string& file);
std::vector<plugin::Kind> kinds_of(const postern_plugin& plugin);
plugin::InstanceSettings settings_for(const std::string& file, const postern_plugin& plugin, plugin::Kind kind,
                                      const Options& options);
// For files that load() has opened already. host: null, or a faulty one.
plugin::Prepared prepare(const plugin::InstanceSettings& settings, const postern_host* host);
void print(const plugin::Problems& problems);

}  // namespace postern::tool
