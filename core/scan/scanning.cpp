// SPDX-License-Identifier: MIT
#include "scan/scanning.h"

#include <algorithm>
#include <exception>
#include <thread>

#include "plugin/job.h"
#include "scan/part_files.h"
#include "scan/scan_view.h"

namespace postern::scan {
namespace {

using mail::ScanReport;
using mail::ScanState;

constexpr std::chrono::milliseconds grace{2000};  // past its deadline, before the worker is killed for it

// Everything the scanners of one mail share.
struct Table {
  const Request& request;
  const support::Deadline& deadline;
  std::vector<std::vector<uint32_t>> tree;
  PartFiles files;
};

ScanReport blank(const Scanner& scanner) {
  ScanReport report;
  report.instance = scanner.instance->name();
  report.on_error = scanner.instance->settings.on_error;
  report.backup = scanner.instance->settings.backup;
  return report;
}

// Once for the whole mail, or once for each part of a type it accepts; the first failure ends it.
void run_here(Table& table, const Scanner& scanner, const support::Deadline& deadline, ScanReport& report) {
  const plugin::Instance& instance = *scanner.instance;
  ScanView view(table.request.mail, table.request.contents, table.tree, table.files, deadline, report);
  const bool whole = (instance.worker->flags & POSTERN_RUN_WHOLE) != 0;
  report.state = ScanState::answered;
  const uint32_t count = whole ? 1 : view.part_count();
  for (uint32_t part = 0; part < count; ++part) {
    if (!whole &&
        (!instance.accepts(view.part(part).detected_type) || view.part(part).source == mail::Part::Source::none))
      continue;
    const base::CallMark mark(table.request.progress, scanner.number, deadline, grace);
    const plugin::CallResult result = plugin::run(instance, view, part);
    const ScanState state = plugin::scan_state(result.rc);
    if (state == ScanState::answered) continue;
    report.state = state;
    report.reason = result.reason;
    if (!mail::has_answered(state)) return;
  }
}

ScanReport ask(Table& table, const Scanner& scanner) {
  const auto began = support::Deadline::Clock::now();
  const plugin::Instance& instance = *scanner.instance;
  const support::Deadline deadline = table.deadline.at_most(instance.settings.timeout);
  ScanReport report = blank(scanner);
  const auto& crashed = table.request.crashed;
  if (std::find(crashed.begin(), crashed.end(), instance.name()) != crashed.end()) {
    report.state = ScanState::crashed;
    report.reason = "it ended the worker that asked it about this mail before";
  } else if (instance.settings.home == plugin::Home::confined) {
    ScanReport confined = table.request.confined(instance, deadline);
    confined.on_error = report.on_error;
    confined.backup = report.backup;
    report = std::move(confined);
  } else {
    run_here(table, scanner, deadline, report);
  }
  if (report.overflowed && report.state == ScanState::answered) {
    report.state = ScanState::partial;
    report.reason = "more was found than is kept";
  }
  report.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(support::Deadline::Clock::now() - began);
  return report;
}

// The confined ones share one companion and come one after the other, here; the rest at the same time, a thread each,
// but for the last of them where nobody is confined. What the machine does wrong in a thread is thrown here, when all
// are back.
void ask_all(Table& table, const std::vector<size_t>& whom, std::vector<ScanReport>& reports) {
  const auto& scanners = table.request.scanners;
  std::vector<size_t> here, apart;
  for (const size_t i : whom)
    (scanners[i].instance->settings.home == plugin::Home::confined ? here : apart).push_back(i);
  if (here.empty() && !apart.empty()) {
    here.push_back(apart.back());
    apart.pop_back();
  }
  std::vector<std::exception_ptr> failures(apart.size());
  {
    std::vector<std::jthread> threads;
    for (size_t n = 0; n < apart.size(); ++n)
      threads.emplace_back([&, n] {
        try {
          reports[apart[n]] = ask(table, scanners[apart[n]]);
        } catch (...) {
          failures[n] = std::current_exception();
        }
      });
    for (const size_t i : here) reports[i] = ask(table, scanners[i]);
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

// A back-up stands in when nobody answered, or for one who failed and is configured to be stood in for.
bool needs_backup(const std::vector<size_t>& primaries, const std::vector<ScanReport>& reports) {
  const auto answered = [&](size_t i) { return mail::has_answered(reports[i].state); };
  const auto asks_for_one = [&](size_t i) { return !answered(i) && reports[i].on_error == mail::OnError::next; };
  return std::none_of(primaries.begin(), primaries.end(), answered) ||
         std::any_of(primaries.begin(), primaries.end(), asks_for_one);
}

}  // namespace

mail::Findings scan(const Request& request, const support::Deadline& deadline) {
  Table table{request, deadline, children(request.contents), PartFiles(request.mail, request.contents)};
  std::vector<ScanReport> reports;
  std::vector<size_t> primaries, backups;
  for (size_t i = 0; i < request.scanners.size(); ++i) {
    reports.push_back(blank(request.scanners[i]));
    reports.back().state = ScanState::not_asked;
    reports.back().reason = "a primary scanner has answered";
    (reports.back().backup ? backups : primaries).push_back(i);
  }
  ask_all(table, primaries, reports);
  if (needs_backup(primaries, reports)) ask_all(table, backups, reports);
  return {std::move(reports)};
}

}  // namespace postern::scan
