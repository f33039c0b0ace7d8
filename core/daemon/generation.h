// SPDX-License-Identifier: MIT
// One generation: opens and prepares the plug-ins of one configuration, then keeps its workers alive and kills those that do not come
// back. It lives as long as the reception it feeds. [generation]
#pragma once
#include <memory>

#include "base/unique_fd.h"
#include "config/configuration.h"
#include "daemon/scoreboard.h"

namespace postern::daemon {

struct GenerationSettings {
  std::shared_ptr<const config::Configuration> configuration;
  uint32_t number = 0;
  base::UniqueFd to_master;     // reports, one packet each: see Report
  base::UniqueFd to_reception;  // workers' sockets with their slot
  std::string plugin_directory; // built-in, searched last
  std::string engine_directory;
};

// What it tells the master: that it is ready, with the engines it wants run; or why it cannot be.
enum class Report : uint32_t { ready, failed };

[[noreturn]] void run_generation(GenerationSettings settings, Scoreboard& board);

}  // namespace postern::daemon
