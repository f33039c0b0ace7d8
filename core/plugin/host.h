// SPDX-License-Identifier: MIT
// The functions a plug-in calls: the one postern_host table of the process. Each finds its job or instance behind a
// handle, checks what it was given, and answers with a code; nothing a plug-in passes in is believed, and no exception
// gets out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugin/instance.h"
#include "postern/plugin.h"

namespace postern::plugin {

const postern_host& host_table();

// What the plug-in reported by host->metric(), by index of its table. In this process.
std::vector<int64_t> metric_values(const Instance& instance);

// A code in words: "the engine is not available".
std::string rc_text(postern_rc rc);
bool is_known(postern_rc rc);

}  // namespace postern::plugin
