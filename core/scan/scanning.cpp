// SPDX-License-Identifier: MIT
#include "scan/scanning.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>

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

// When those who want to know for the scanners of scores may ask: those of malware are through, or have had their head start.
class Gate {
 public:
  // Opens when as many are back, or one has decided, or the head start is over.
  Gate(std::ptrdiff_t malware_scanners, std::function<bool(const mail::Finding&)> decides, std::chrono::milliseconds head_start)
      : outstanding_(malware_scanners), decides_(std::move(decides)), opens_at_(support::Deadline::in(head_start)) {}

  void is_back(const ScanReport& report) {
    --outstanding_;
    has_decided_ = has_decided_ || std::any_of(report.findings.begin(), report.findings.end(), decides_);
  }
  bool is_open() const { return outstanding_ <= 0 || has_decided_; }  // or the time has come:
  const support::Deadline& opens_at() const { return opens_at_; }
  bool has_decided() const { return has_decided_; }  // nobody wants a score any more

 private:
  std::ptrdiff_t outstanding_;  // of the primaries; back-ups count below zero
  bool has_decided_ = false;
  std::function<bool(const mail::Finding&)> decides_;
  support::Deadline opens_at_;
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
  std::vector<uint32_t> given;
  for (uint32_t part = 0; part < (whole ? 1 : view.part_count()); ++part)
    if (whole || instance.is_given(view.part(part))) given.push_back(part);
  for (const uint32_t part : given) {
    if (cacheable && view.known(part)) continue;
    const size_t before = report.findings.size();
    const base::CallMark mark(table.request.progress, scanner.number, deadline, grace, part == given.back());
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
  if (instance.settings.home != plugin::Home::confined) {
    const auto here = [&] { run_here(table, scanner, deadline, report); };
    return scanner.waits() ? here() : table.request.crew.threads.run(here);
  }
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

// timed: the answer is not left lying.
ScanReport ask(Table& table, const Scanner& scanner, bool timed) {
  if (auto refused = refusal(table, scanner)) return *refused;
  const auto began = support::Deadline::Clock::now();
  ScanReport report = blank(scanner);
  UsualTimes& usual_times = table.request.crew.usual_times;
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
  const auto now = support::Deadline::Clock::now();
  report.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(now - began);
  report.timed = timed;
  if (timed) usual_times.note(scanner.number, report.elapsed, now);
  if (scanner.record) take_down(*scanner.record, report, Now::read());
  return report;
}

ScanReport ask_about_malware(Table& table, const Scanner& scanner, bool timed) {
  ScanReport report = blank(scanner);
  try {
    report = ask(table, scanner, timed);
  } catch (...) {
    table.gate.is_back(report);
    throw;
  }
  table.gate.is_back(report);
  return report;
}

ScanReport ask_for_a_score(Table& table, const Scanner& scanner, bool timed) {
  if (table.request.settings.score_infected || !table.gate.has_decided()) return ask(table, scanner, timed);
  ScanReport report = blank(scanner);
  report.state = ScanState::not_asked;
  report.reason = "malware has decided";
  return report;
}

// One round of questions, at the same time. What the machine does wrong meanwhile is thrown here, when all are back.
class Round {
 public:
  Round(Table& table, const std::vector<size_t>& whom, std::vector<ScanReport>& reports) : table_(table), whom_(whom), reports_(reports), failures_(reports.size()) {}

  void ask_all() {
    try {
      begin();
    } catch (...) {  // no stack to be had
      fibers().finish();
      throw;
    }
    fibers().finish();
    for (const std::exception_ptr& failure : failures_)
      if (failure) std::rethrow_exception(failure);
  }

 private:
  void begin() {
    start_in_cage(false);
    for (const size_t i : whom_)
      if (!is_confined(i) && !gives_scores(i)) start(i);
    if (std::none_of(whom_.begin(), whom_.end(), [this](size_t i) { return gives_scores(i); })) return;
    if (!table_.request.settings.score_infected) fibers().run([this] { return table_.gate.is_open(); }, table_.gate.opens_at());
    for (const size_t i : whom_)
      if (!is_confined(i) && gives_scores(i)) start(i);
    fibers().run([this] { return !cage_is_taken_; }, support::Deadline::never());
    start_in_cage(true);
  }

  bool is_confined(size_t i) const { return scanner(i).instance->settings.home == plugin::Home::confined; }
  bool gives_scores(size_t i) const { return scanner(i).gives_scores(); }

  void start(size_t i) {
    const auto usual = table_.request.crew.usual_times.of(scanner(i).number, UsualTimes::Clock::now());
    fibers().start([this, i, timed = !usual] { ask_now(i, timed); }, usual);
  }
  // Those share one companion and come one after the other, those of malware before those of scores.
  void start_in_cage(bool scores) {
    std::vector<size_t> turn;
    std::copy_if(whom_.begin(), whom_.end(), std::back_inserter(turn), [&](size_t i) { return is_confined(i) && gives_scores(i) == scores; });
    if (turn.empty()) return;
    cage_is_taken_ = true;
    fibers().start([this, turn = std::move(turn)] {
      for (const size_t i : turn) ask_now(i, true);
      cage_is_taken_ = false;
    });
  }

  void ask_now(size_t i, bool timed) noexcept {
    try {
      reports_[i] = scanner(i).gives_scores() ? ask_for_a_score(table_, scanner(i), timed) : ask_about_malware(table_, scanner(i), timed);
    } catch (...) {
      failures_[i] = std::current_exception();
    }
  }

  base::Fibers& fibers() const { return table_.request.crew.fibers; }
  const Scanner& scanner(size_t i) const { return table_.request.scanners[i]; }

  Table& table_;
  const std::vector<size_t>& whom_;
  std::vector<ScanReport>& reports_;
  std::vector<std::exception_ptr> failures_;
  bool cage_is_taken_ = false;
};

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
  reports.reserve(request.scanners.size());
  for (size_t i = 0; i < request.scanners.size(); ++i) {
    reports.push_back(blank(request.scanners[i]));
    reports.back().state = ScanState::not_asked;
    reports.back().reason = "a primary scanner has answered";
    (reports.back().backup ? backups : primaries).push_back(i);
  }
  const auto of_malware = [&](size_t i) { return !reports[i].scores; };
  const auto count = std::count_if(primaries.begin(), primaries.end(), of_malware);
  Table table{request, of_primaries(deadline, !backups.empty()), children(request.contents), PartFiles(request.mail, request.contents),
              PartDigests(request.contents, request.mail.content.bytes()), Gate(count, request.decides, request.settings.head_start)};
  Round(table, primaries, reports).ask_all();
  table.deadline = deadline;
  std::vector<size_t> stand_ins;
  for (const size_t i : backups)
    if (needs_backup(primaries, reports, reports[i].scores)) stand_ins.push_back(i);
  Round(table, stand_ins, reports).ask_all();
  return {std::move(reports)};
}

}  // namespace postern::scan
