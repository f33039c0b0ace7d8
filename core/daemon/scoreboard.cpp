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
  for (ScannerSet& set : scanner_sets) {
    uint32_t theirs = generation_number;
    set.generation.compare_exchange_strong(theirs, 0);
  }
}

void Scoreboard::enlist_scanners(uint32_t of_generation, const std::vector<scan::ScannerRecord::Who>& who) {
  for (ScannerSet& set : scanner_sets) {
    uint32_t free = 0;
    if (!set.generation.compare_exchange_strong(free, of_generation)) continue;
    for (size_t i = 0; i < set.records.size(); ++i) {
      set.records[i].clear();
      if (i >= who.size()) continue;
      for (const scan::ScannerRecord& old : scanners(generation))
        if (old.name.get() == who[i].name) set.records[i].disabled_until = old.disabled_until.load();
      set.records[i].enlist(who[i]);
    }
    return;
  }
  throw base::TemporaryFailure("too many generations are still finishing their mail; try again in a minute");
}

std::span<scan::ScannerRecord> Scoreboard::scanners(uint32_t of_generation) {
  for (ScannerSet& set : scanner_sets)
    if (of_generation != 0 && set.generation == of_generation) return set.records;
  return {};
}

std::span<const scan::ScannerRecord> Scoreboard::scanners(uint32_t of_generation) const {
  return const_cast<Scoreboard*>(this)->scanners(of_generation);
}

void Scoreboard::keep_from_children() {
  if (::madvise(this, sizeof *this, MADV_DONTFORK) != 0) base::throw_errno("madvise of the scoreboard");
}

std::vector<uint32_t> guilty_instances(const base::Progress& progress) {
  if (const uint32_t marked = progress.guilty; marked != 0) return {marked - 1};
  std::vector<uint32_t> all;
  for (const base::Progress::Call& call : progress.calls)
    if (const uint32_t n = call.instance; n != 0) all.push_back(n - 1);
  return all;
}

}  // namespace postern::daemon
