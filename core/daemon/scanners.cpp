// SPDX-License-Identifier: MIT
#include "daemon/worker.h"

namespace postern::daemon {

std::vector<scan::Scanner> scanners(const Preparation& preparation, Scoreboard& board) {
  const auto records = board.scanners(preparation.generation);
  const auto& instances = preparation.plugins.instances;
  std::vector<scan::Scanner> all;
  for (uint32_t n = 0; n < instances.size(); ++n) {
    if (instances[n]->settings.kind != plugin::Kind::scanner) continue;
    all.push_back({instances[n].get(), n, all.size() < records.size() ? &records[all.size()] : nullptr});
  }
  return all;
}

}  // namespace postern::daemon
