// SPDX-License-Identifier: MIT
// The board on the wall, in memory shared by all our processes: one slot per worker, what reception has counted, how the scanners
// and engines are. Made by the master before it forks; readable when everything else is stuck. One writer per slot.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/shared_text.h"
#include "receive/mail_queue.h"
#include "scan/record.h"

namespace postern::daemon {

struct Slot {
  std::atomic<uint32_t> generation{0};  // 0: free
  std::atomic<int32_t> pid{0};
  std::atomic<int64_t> since{0};        // steady clock, ns: when the mail in work began
  std::atomic<uint64_t> mails{0};
  base::SharedText<32> log_id;
  base::Progress progress;
};

struct EngineState {
  std::atomic<int32_t> pid{0};  // 0: not running
  std::atomic<bool> is_starting{false};  // runs, but takes no connections yet
  std::atomic<uint32_t> starts{0};
  base::SharedText<48> name;
  base::SharedText<256> notice;
};

class Scoreboard {
 public:
  static constexpr size_t max_slots = 512, max_scanners = 64, max_engines = 32;

  // In fresh shared memory that lives until the last process ends. Errors: std::system_error.
  static Scoreboard& create();

  // A free slot for this generation, or nullptr.
  Slot* claim(uint32_t generation);
  void release_generation(uint32_t generation);  // after all its processes are gone
  // New records for the scanners of a generation. What the administrator has switched off in the one that serves stays so. Errors:
  // base::TemporaryFailure: too many generations are still finishing their mail.
  void enlist_scanners(uint32_t of_generation, const std::vector<scan::ScannerRecord::Who>& who);
  // By the number of the scanner among the generation's; those past the last have no name. Empty: none were enlisted.
  std::span<scan::ScannerRecord> scanners(uint32_t of_generation);
  std::span<const scan::ScannerRecord> scanners(uint32_t of_generation) const;
  // This process's children do not see the board: hostile bytes are opened in them.
  void keep_from_children();
  uint32_t number(const Slot& slot) const { return static_cast<uint32_t>(&slot - slots.data()); }

  std::atomic<int64_t> started{0};     // Unix seconds
  std::atomic<uint32_t> generation{0}; // the current one; 0: none is ready yet
  std::atomic<uint32_t> reloads{0}, failed_reloads{0};
  base::SharedText<512> last_problem;        // of the last reload that failed
  receive::Counters counters;
  std::array<Slot, max_slots> slots;
  struct ScannerSet {
    std::atomic<uint32_t> generation{0};  // 0: free
    std::array<scan::ScannerRecord, max_scanners> records;
  };
  std::array<ScannerSet, 8> scanner_sets;  // of the generation that serves and those that take its place or finish what they have
  std::array<EngineState, max_engines> engines;
};

// The instances a dead worker's death is laid to: the marked one, else all that were at work.
std::vector<uint32_t> guilty_instances(const base::Progress& progress);

}  // namespace postern::daemon
