// SPDX-License-Identifier: MIT
#include "scan/record.h"

#include <algorithm>
#include <cmath>

#include "postern/plugin.h"

namespace postern::scan {

void Latencies::add(std::chrono::microseconds time) {
  const double us = static_cast<double>(std::max<int64_t>(time.count(), 1));
  const auto bucket = static_cast<size_t>(4 * std::log2(us));
  counts_[std::min(bucket, buckets - 1)].fetch_add(1, std::memory_order_relaxed);
}

std::chrono::microseconds Latencies::quantile(double share) const {
  uint64_t all = 0;
  for (const auto& count : counts_) all += count.load(std::memory_order_relaxed);
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(all)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += counts_[bucket].load(std::memory_order_relaxed);
    if (seen > 0 && seen >= wanted) return std::chrono::microseconds(std::llround(std::exp2((static_cast<double>(bucket) + 0.5) / 4)));
  }
  return std::chrono::microseconds(0);
}

void Latencies::clear() {
  for (auto& count : counts_) count = 0;
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

void ScannerRecord::clear() {
  name.set("");
  state = not_asked_yet;
  since = checked = db_time = db_entries = rests_until = disabled_until = 0;
  engine.set("");
  db_version.set("");
  message.set("");
  failures = 0;
  for (auto* counter : {&answered, &partial, &unavailable, &failed, &timed_out, &crashed, &not_asked, &found, &known}) *counter = 0;
  latencies.clear();
  last_failure.set("");
}

void ScannerRecord::enlist(const Who& who) {
  scores = who.scores;
  backup = who.backup;
  tells_health = who.tells_health;
  message.set(who.tells_health ? "" : "says nothing about its health");
  name.set(who.name);  // last: a record without a name is not read
}

}  // namespace postern::scan
