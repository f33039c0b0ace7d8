// SPDX-License-Identifier: MIT
#include "scan/breaker.h"

#include <algorithm>

#include "base/log.h"
#include "postern/plugin.h"

namespace postern::scan {
namespace {

constexpr uint32_t failures_that_open = 3;
constexpr int64_t second_ns = 1'000'000'000;
constexpr int64_t longest_rest_s = 3;
constexpr int64_t health_is_news_s = 15;  // told longer ago, it says nothing about now

bool is_fresh(const ScannerRecord& record, const Now& now) { return now.unix_s - record.checked <= health_is_news_s; }

bool is_down(const ScannerRecord& record, const Now& now) {
  const int32_t state = record.state;
  return (state == POSTERN_DOWN || state == engine_starting) && is_fresh(record, now);
}

// A time-out has cost a worker all that time: one is enough, unless the engine says it is well. Then it was the mail's.
uint32_t weight(const ScannerRecord& record, const mail::ScanReport& report, const Now& now) {
  const bool is_well = record.state == POSTERN_UP && is_fresh(record, now);
  return report.state == mail::ScanState::timed_out && !is_well ? failures_that_open : 1;
}

}  // namespace

Now Now::read() {
  using namespace std::chrono;
  return {duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count(),
          duration_cast<seconds>(system_clock::now().time_since_epoch()).count()};
}

Admission admit(ScannerRecord& record, const Now& now, std::chrono::milliseconds timeout) {
  if (record.disabled_until > now.unix_s) return {false, true, "switched off by the administrator"};
  if (is_down(record, now)) return {false, false, std::string(state_word(record.state)) + ": " + record.message.get()};
  if (record.failures < failures_that_open) return {};
  int64_t rests_until = record.rests_until;
  const int64_t others_wait = now.steady_ns + std::chrono::nanoseconds(timeout).count();
  // The first one after the rest tries for all.
  if (rests_until <= now.steady_ns && record.rests_until.compare_exchange_strong(rests_until, others_wait)) return {};
  return {false, false, "has failed " + std::to_string(record.failures) + " times in a row, last: " + record.last_failure.get()};
}

void give_up_trying(ScannerRecord& record, const Now& now) { record.rests_until = now.steady_ns; }

void close_breaker(ScannerRecord& record) {
  record.failures = 0;
  record.rests_until = 0;
}

void take_down(ScannerRecord& record, const mail::ScanReport& report, const Now& now) {
  using mail::ScanState;
  switch (report.state) {
    case ScanState::answered: ++record.answered; break;
    case ScanState::partial: ++record.partial; break;
    case ScanState::unavailable: ++record.unavailable; break;
    case ScanState::failed: ++record.failed; break;
    case ScanState::timed_out: ++record.timed_out; break;
    case ScanState::crashed: ++record.crashed; return;  // the mail's doing; another mail does not suffer for it
    case ScanState::not_asked: return;
  }
  if (mail::has_answered(report.state)) {
    if (!report.findings.empty()) ++record.found;
    if (report.timed) record.latencies.add(report.elapsed);
    if (record.failures != 0) close_breaker(record);
    return;
  }
  record.last_failure.set(base::log::printable(report.reason, 200));
  const uint32_t more = weight(record, report, now);
  const uint32_t failures = record.failures.fetch_add(more) + more;
  if (failures < failures_that_open) return;
  const int64_t rest_s = std::min<int64_t>(1 + (failures - failures_that_open) / 10, longest_rest_s);
  record.rests_until = now.steady_ns + rest_s * second_ns;
}

}  // namespace postern::scan
