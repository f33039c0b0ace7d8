// SPDX-License-Identifier: MIT
#include "daemon/scoreboard.h"

#include <sys/mman.h>

#include <new>

#include "base/failure.h"
#include "postern/plugin.h"

namespace postern::daemon {

Scoreboard& Scoreboard::create() {
  void* at = ::mmap(nullptr, sizeof(Scoreboard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) base::throw_errno("mmap of the scoreboard");
  return *new (at) Scoreboard;
}

Slot* Scoreboard::claim(uint32_t generation_number) {
  for (Slot& slot : slots) {
    uint32_t free = 0;
    if (!slot.generation.compare_exchange_strong(free, generation_number)) continue;
    slot.progress.reset();
    slot.pid = 0;
    slot.since = 0;
    slot.mails = 0;
    slot.log_id.set("");
    return &slot;
  }
  return nullptr;
}

void Scoreboard::release_generation(uint32_t generation_number) {
  for (Slot& slot : slots) {
    uint32_t theirs = generation_number;
    slot.generation.compare_exchange_strong(theirs, 0);
  }
}

const char* state_word(int32_t state) {
  switch (state) {
    case POSTERN_UP: return "up";
    case POSTERN_DEGRADED: return "degraded";
    case POSTERN_DOWN: return "down";
    case engine_starting: return "starting";
    default: return "unknown";
  }
}

std::vector<uint32_t> guilty_instances(const base::Progress& progress) {
  if (const uint32_t marked = progress.guilty; marked != 0) return {marked - 1};
  std::vector<uint32_t> all;
  for (const base::Progress::Call& call : progress.calls)
    if (const uint32_t n = call.instance; n != 0) all.push_back(n - 1);
  return all;
}

}  // namespace postern::daemon
