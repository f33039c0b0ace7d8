// SPDX-License-Identifier: MIT
#include "scan/scanning.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "plugin/job.h"
#include "scan/breaker.h"
#include "scan/memory.h"
#include "scan/part_files.h"
#include "scan/scan_view.h"

namespace postern::scan {
namespace {

using mail::ScanReport;
using mail::ScanState;

constexpr std::chrono::milliseconds grace{2000};  // past its deadline, before the worker is killed for it

// Where the scanners of scores wait until those of malware are through, or have had their head start.
class Gate {
 public:
  Gate(std::ptrdiff_t malware_scanners, std::function<bool(const mail::Finding&)> decides) : outstanding_(malware_scanners), decides_(std::move(decides)) {}

  void is_back(const ScanReport& report) {
    const bool decided = std::any_of(report.findings.begin(), report.findings.end(), decides_);
    {
      const std::scoped_lock lock(mutex_);
      --outstanding_;
      decided_ = decided_ || decided;
    }
    news_.notify_all();
  }
  // True: nobody wants a score any more.
  bool has_decided_within(std::chrono::milliseconds head_start) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, head_start, [this] { return outstanding_ <= 0 || decided_; });
    return decided_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::ptrdiff_t outstanding_;  // of the primaries; back-ups count below zero
  bool decided_ = false;
  std::function<bool(const mail::Finding&)> decides_;
};

// Everything the scanners of one mail share.
struct Table {
  const Request& request;
  support::Deadline deadline;
  std::vector<std::vector<uint32_t>> tree;
  PartFiles files;
  PartDigests digests;
  Gate gate;
};

ScanReport blank(const Scanner& scanner) {
  ScanReport report;
  report.instance = scanner.instance->name();
  report.on_error = scanner.instance->settings.on_error;
  report.backup = scanner.instance->settings.backup;
  report.scores = scanner.gives_scores();
  return report;
}

// A verdict on a part is complete only if all that was found while it was examined is said of it.
bool is_all_about(uint32_t part, const ScanReport& report, size_t before) {
  return std::all_of(report.findings.begin() + static_cast<std::ptrdiff_t>(before), report.findings.end(), [&](const mail::Finding& f) { return f.part == part; });
}

// Once for the whole mail, or once for each part of a type it accepts; the first failure ends it.
void run_here(Table& table, const Scanner& scanner, const support::Deadline& deadline, ScanReport& report) {
  const plugin::Instance& instance = *scanner.instance;
  const std::chrono::seconds cache_time = std::chrono::duration_cast<std::chrono::seconds>(table.request.settings.cache_time);
  Memory memory(table.request.cache, scanner.record, scanner.number, table.digests, cache_time);
  ScanView view(table.request.mail, table.request.contents, table.tree, table.files, memory, deadline, report);
  const bool whole = (instance.worker->flags & POSTERN_RUN_WHOLE) != 0;
  const bool cacheable = !whole && (instance.worker->flags & POSTERN_RUN_CACHEABLE) != 0;
  report.state = ScanState::answered;
  const uint32_t count = whole ? 1 : view.part_count();
  for (uint32_t part = 0; part < count; ++part) {
    if (!whole &&
        (!instance.accepts(view.part(part).detected_type) || view.part(part).source == mail::Part::Source::none))
      continue;
    if (cacheable && view.known(part)) continue;
    const size_t before = report.findings.size();
    const base::CallMark mark(table.request.progress, scanner.number, deadline, grace);
    const plugin::CallResult result = plugin::run(instance, view, part);
    const ScanState state = plugin::scan_state(result.rc);
    if (state == ScanState::answered) {
      if (cacheable && is_all_about(part, report, before)) view.examined(part);
      continue;
    }
    report.state = state;
    report.reason = result.reason;
    if (!mail::has_answered(state)) return;
  }
}

void run(Table& table, const Scanner& scanner, const support::Deadline& deadline, ScanReport& report) {
  const plugin::Instance& instance = *scanner.instance;
  if (instance.settings.home != plugin::Home::confined) return run_here(table, scanner, deadline, report);
  const ScanReport as_configured = blank(scanner);
  report = table.request.confined(instance, deadline);
  report.on_error = as_configured.on_error;
  report.backup = as_configured.backup;
  report.scores = as_configured.scores;
}

// nullopt: it may be asked.
std::optional<ScanReport> refusal(const Table& table, const Scanner& scanner) {
  ScanReport report = blank(scanner);
  const auto& crashed = table.request.crashed;
  if (std::find(crashed.begin(), crashed.end(), report.instance) != crashed.end()) {
    report.state = ScanState::crashed;
    report.reason = "it ended the worker that asked it about this mail before";
    return report;
  }
  if (!scanner.record) return std::nullopt;
  Admission admission = admit(*scanner.record, Now::read(), scanner.instance->settings.timeout);
  if (admission.may_ask) return std::nullopt;
  ++scanner.record->not_asked;
  report.state = admission.switched_off ? ScanState::not_asked : ScanState::unavailable;
  report.reason = std::move(admission.reason);
  return report;
}

ScanReport ask(Table& table, const Scanner& scanner) {
  if (auto refused = refusal(table, scanner)) return *refused;
  const auto began = support::Deadline::Clock::now();
  ScanReport report = blank(scanner);
  try {
    run(table, scanner, table.deadline.at_most(scanner.instance->settings.timeout), report);
  } catch (...) {
    if (scanner.record) give_up_trying(*scanner.record, Now::read());
    throw;
  }
  if (report.overflowed && report.state == ScanState::answered) {
    report.state = ScanState::partial;
    report.reason = "more was found than is kept";
  }
  report.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(support::Deadline::Clock::now() - began);
  if (scanner.record) take_down(*scanner.record, report, Now::read());
  return report;
}

ScanReport ask_about_malware(Table& table, const Scanner& scanner) {
  ScanReport report = blank(scanner);
  try {
    report = ask(table, scanner);
  } catch (...) {
    table.gate.is_back(report);
    throw;
  }
  table.gate.is_back(report);
  return report;
}

ScanReport ask_for_a_score(Table& table, const Scanner& scanner) {
  const Settings& settings = table.request.settings;
  if (settings.score_infected || !table.gate.has_decided_within(settings.head_start)) return ask(table, scanner);
  ScanReport report = blank(scanner);
  report.state = ScanState::not_asked;
  report.reason = "malware has decided";
  return report;
}

// The confined ones share one companion and come one after the other, here, those of malware first; the rest at the same time, a thread
// each, but for the first one of malware where nobody is confined. What the machine does wrong in a thread is thrown here, when all
// are back.
void ask_all(Table& table, const std::vector<size_t>& whom, std::vector<ScanReport>& reports) {
  const auto& scanners = table.request.scanners;
  const auto answer = [&](size_t i) { reports[i] = scanners[i].gives_scores() ? ask_for_a_score(table, scanners[i]) : ask_about_malware(table, scanners[i]); };
  std::vector<size_t> here, apart;
  for (const size_t i : whom) (scanners[i].instance->settings.home == plugin::Home::confined ? here : apart).push_back(i);
  const auto of_malware = [&](size_t i) { return !scanners[i].gives_scores(); };
  std::stable_partition(here.begin(), here.end(), of_malware);
  std::stable_partition(apart.begin(), apart.end(), of_malware);
  if (here.empty() && !apart.empty()) {
    here.push_back(apart.front());
    apart.erase(apart.begin());
  }
  std::vector<std::exception_ptr> failures(apart.size());
  {
    std::vector<std::jthread> threads;
    for (size_t n = 0; n < apart.size(); ++n)
      threads.emplace_back([&, n] {
        try {
          answer(apart[n]);
        } catch (...) {
          failures[n] = std::current_exception();
        }
      });
    for (const size_t i : here) answer(i);
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

// A back-up stands in when nobody of its kind answered, or for one who failed and is configured to be stood in for.
bool needs_backup(const std::vector<size_t>& primaries, const std::vector<ScanReport>& reports, bool scores) {
  const auto is_of_kind = [&](size_t i) { return reports[i].scores == scores; };
  const auto has_answer = [&](size_t i) { return is_of_kind(i) && mail::has_answered(reports[i].state); };
  const auto asks_for_one = [&](size_t i) {
    const ScanReport& r = reports[i];
    return is_of_kind(i) && r.on_error == mail::OnError::next && !mail::has_answered(r.state) && r.state != ScanState::not_asked;
  };
  return std::none_of(primaries.begin(), primaries.end(), has_answer) ||
         std::any_of(primaries.begin(), primaries.end(), asks_for_one);
}

// Primaries leave something for those who may have to stand in.
support::Deadline of_primaries(const support::Deadline& deadline, bool has_backups) {
  return has_backups && !deadline.is_never() ? deadline.at_most(deadline.left() * 3 / 5) : deadline;
}

}  // namespace

mail::Findings scan(const Request& request, const support::Deadline& deadline) {
  std::vector<ScanReport> reports;
  std::vector<size_t> primaries, backups;
  for (size_t i = 0; i < request.scanners.size(); ++i) {
    reports.push_back(blank(request.scanners[i]));
    reports.back().state = ScanState::not_asked;
    reports.back().reason = "a primary scanner has answered";
    (reports.back().backup ? backups : primaries).push_back(i);
  }
  const auto of_malware = [&](size_t i) { return !reports[i].scores; };
  const auto count = std::count_if(primaries.begin(), primaries.end(), of_malware);
  Table table{request, of_primaries(deadline, !backups.empty()), children(request.contents), PartFiles(request.mail, request.contents),
              PartDigests(request.contents, request.mail.content.bytes()), Gate(count, request.decides)};
  ask_all(table, primaries, reports);
  table.deadline = deadline;
  std::vector<size_t> stand_ins;
  for (const size_t i : backups)
    if (needs_backup(primaries, reports, reports[i].scores)) stand_ins.push_back(i);
  ask_all(table, stand_ins, reports);
  return {std::move(reports)};
}

}  // namespace postern::scan
