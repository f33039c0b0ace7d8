// SPDX-License-Identifier: MIT
// Is what a library says about itself usable? Versions first, at the place they have in every version, and nothing is
// read that they do not promise. Pointers cannot be judged by looking: the probe process runs these checks before this
// process does.
#pragma once
#include <string>
#include <vector>

#include "plugin/library.h"
#include "plugin/problems.h"
#include "plugin/settings.h"
#include "postern/plugin.h"

namespace postern::plugin {

struct Library {
  std::string file;
  std::vector<const postern_plugin*> plugins;  // those without an error
  Problems problems;
};

// Asks the entry for every descriptor and checks each. Ids: PLUGIN-NO-DESCRIPTOR, PLUGIN-BAD-MAGIC,
// PLUGIN-ABI-OTHER-MAJOR, PLUGIN-ABI-TOO-NEW, PLUGIN-DESCRIPTOR-SIZE, PLUGIN-DESCRIPTOR-TEXT, PLUGIN-ID-FORM,
// PLUGIN-ID-TWICE, PLUGIN-FUNCTION-MISSING, PLUGIN-INTERFACE-BROKEN, PLUGIN-NO-INTERFACE, PLUGIN-OPTION-TABLE,
// PLUGIN-OPTION-DECLARATION, PLUGIN-OPTION-DEFAULT, PLUGIN-METRIC-TABLE.
Library read_library(const std::string& file, EntryFunction entry);

const char* interface_id(Kind kind);                                       // "postern.scanner/1"
const postern_worker* worker_of(const postern_plugin& plugin, Kind kind);  // null: not of this kind
std::string title(const postern_plugin& plugin);                           // `"Acme Scan" 2.1 (com.acme.scan)`

}  // namespace postern::plugin
