// SPDX-License-Identifier: MIT
// The steward: binds sockets, starts generations with their receptions, engines and control, replaces what dies, and never touches a mail.
// No threads. SIGHUP reloads, SIGTERM and SIGINT finish what there is and end; a second one ends at once. [master]
#pragma once
#include <string>

namespace postern::daemon {

struct MasterOptions {
  std::string config_file;       // empty: built-in defaults
  std::string plugin_directory;  // built-in, beside the program
};

// Returns the exit code: 0, or 78 for a configuration that cannot be used, 71 for what the system refuses.
int run_master(const MasterOptions& options);

}  // namespace postern::daemon
