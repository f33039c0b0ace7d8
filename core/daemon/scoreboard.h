// SPDX-License-Identifier: MIT
// The board on the wall, in memory shared by all our processes: one slot per worker, what reception has counted, how the scanners
// and engines are. Made by the master before it forks; readable when everything else is stuck. One writer per slot.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "receive/mail_queue.h"

namespace postern::daemon {

// Text in shared memory: written whole, read as far as it is; a reader may see a mixture for a moment, never beyond the end.
template <size_t N>
class SharedText {
 public:
  void set(std::string_view text);
  std::string get() const;

 private:
  std::array<std::atomic<char>, N> characters_{};
};

struct Slot {
  std::atomic<uint32_t> generation{0};  // 0: free
  std::atomic<int32_t> pid{0};
  std::atomic<int64_t> since{0};        // steady clock, ns: when the mail in work began
  std::atomic<uint64_t> mails{0};
  SharedText<32> log_id;
  base::Progress progress;
};

constexpr int32_t not_asked_yet = -1, engine_starting = -2;  // besides POSTERN_UP, _DEGRADED, _DOWN
const char* state_word(int32_t state);                       // "up", "degraded", "down", "starting", "unknown"

struct ScannerHealth {  // by number of the instance; written by the health process
  std::atomic<int32_t> state{not_asked_yet};
  std::atomic<int64_t> since{0}, checked{0}, db_time{0};  // Unix seconds
  SharedText<48> name;
  SharedText<64> engine, db_version;
  SharedText<256> message;
};

struct EngineState {
  std::atomic<int32_t> pid{0};  // 0: not running
  std::atomic<bool> is_starting{false};  // runs, but takes no connections yet
  std::atomic<uint32_t> starts{0};
  SharedText<48> name;
  SharedText<256> notice;
};

class Scoreboard {
 public:
  static constexpr size_t max_slots = 512, max_scanners = 64, max_engines = 32;

  // In fresh shared memory that lives until the last process ends. Errors: std::system_error.
  static Scoreboard& create();

  // A free slot for this generation, or nullptr.
  Slot* claim(uint32_t generation);
  void release_generation(uint32_t generation);  // after all its processes are gone
  uint32_t number(const Slot& slot) const { return static_cast<uint32_t>(&slot - slots.data()); }

  std::atomic<int64_t> started{0};     // Unix seconds
  std::atomic<uint32_t> generation{0}; // the current one; 0: none is ready yet
  std::atomic<uint32_t> reloads{0}, failed_reloads{0};
  SharedText<512> last_problem;        // of the last reload that failed
  receive::Counters counters;
  std::array<Slot, max_slots> slots;
  std::array<ScannerHealth, max_scanners> scanners;
  std::array<EngineState, max_engines> engines;
};

// The instances a dead worker's death is laid to: the marked one, else all that were at work.
std::vector<uint32_t> guilty_instances(const base::Progress& progress);

template <size_t N>
void SharedText<N>::set(std::string_view text) {
  size_t i = 0;
  for (; i < text.size() && i + 1 < N; ++i) characters_[i].store(text[i], std::memory_order_relaxed);
  characters_[i].store(0, std::memory_order_relaxed);
}

template <size_t N>
std::string SharedText<N>::get() const {
  std::string text;
  for (const auto& c : characters_) {
    const char value = c.load(std::memory_order_relaxed);
    if (value == 0) break;
    text += value;
  }
  return text;
}

}  // namespace postern::daemon
