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
#include "scan/scanning.h"
#include "scan/verdict_cache.h"

namespace postern::daemon {

// What a generation has prepared for its workers, shared copy-on-write.
struct Preparation {
  uint32_t generation = 0;
  std::shared_ptr<const config::Configuration> configuration;
  plugin::Prepared plugins;
  decode::TypeDetector types;
  scan::VerdictCache verdicts;  // written by all workers
};

// The configured scanners, in the order of the configuration, each with its record.
std::vector<scan::Scanner> scanners(const Preparation& preparation, Scoreboard& board);

[[noreturn]] void run_worker(Preparation& preparation, Scoreboard& board, base::UniqueFd socket, Slot& slot);

// Asks the scanners how they are, for as long as its parent lives. [health process]
[[noreturn]] void run_health(const Preparation& preparation, Scoreboard& board);

}  // namespace postern::daemon
