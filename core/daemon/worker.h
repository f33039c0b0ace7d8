// SPDX-License-Identifier: MIT
// One worker: takes a mail by descriptor, walks it down the corridor, answers, and takes the next. Straight-line and blocking; one mail at a
// time. What the machine does wrong ends here as 451. Forked by the generation; ends when reception closes its socket. [worker]
#pragma once
#include <memory>

#include "base/unique_fd.h"
#include "config/configuration.h"
#include "daemon/scoreboard.h"
#include "decode/type_detector.h"
#include "plugin/registry.h"

namespace postern::daemon {

// What a generation has prepared for its workers, shared copy-on-write.
struct Preparation {
  std::shared_ptr<const config::Configuration> configuration;
  plugin::Prepared plugins;
  decode::TypeDetector types;
};

[[noreturn]] void run_worker(const Preparation& preparation, base::UniqueFd socket, Slot& slot);

// Asks the scanners how they are, for as long as its parent lives. [health process]
[[noreturn]] void run_health(const Preparation& preparation, Scoreboard& board);

}  // namespace postern::daemon
