// SPDX-License-Identifier: MIT
// What all processes of the house know of one scanner, in shared memory: how it is, whether it may be asked, how often it answered and how
// fast. Health is written by the health process, disabled_until by control, the rest by every worker; all of it is atomic, and none of
// it can make a mail clean: the worst that a wrong value does is that a scanner is not asked, and then it has not answered.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/shared_text.h"
#include "mail/findings.h"

namespace postern::scan {

// Times of answers in buckets, four to each doubling: p50 and p95 to a fifth.
class Latencies {
 public:
  void add(std::chrono::microseconds time);
  std::chrono::microseconds quantile(double share) const;  // 0 where nothing was measured
  void clear();

 private:
  static constexpr size_t buckets = 128;  // up to 2^32 us
  std::array<std::atomic<uint32_t>, buckets> counts_{};
};

constexpr int32_t not_asked_yet = -1, engine_starting = -2;  // besides POSTERN_UP, _DEGRADED, _DOWN
const char* state_word(int32_t state);                       // "up", "degraded", "down", "starting", "unknown"

struct ScannerRecord {
  struct Who {
    std::string name;
    bool scores = false, backup = false, tells_health = false;
  };

  base::SharedText<65> name;  // empty: nobody
  std::atomic<bool> scores{false}, backup{false}, tells_health{false};

  // Health.
  std::atomic<int32_t> state{not_asked_yet};
  std::atomic<int64_t> since{0}, checked{0};           // Unix seconds
  std::atomic<int64_t> db_time{0}, db_entries{0};      // of the signatures; 0: not told
  base::SharedText<64> engine, db_version;
  base::SharedText<256> message;

  // The breaker, see breaker.h.
  std::atomic<uint32_t> failures{0};     // in a row
  std::atomic<int64_t> rests_until{0};   // steady clock, ns
  std::atomic<int64_t> disabled_until{0};  // Unix seconds; by the administrator

  // Counters since the generation began.
  std::atomic<uint64_t> answered{0}, partial{0}, unavailable{0}, failed{0}, timed_out{0}, crashed{0};
  std::atomic<uint64_t> not_asked{0};    // it was down, rested or was switched off
  std::atomic<uint64_t> found{0};        // answers with findings
  std::atomic<uint64_t> known{0};        // parts whose verdict was remembered
  Latencies latencies;
  base::SharedText<256> last_failure;

  void clear();
  void enlist(const Who& who);
};

}  // namespace postern::scan
