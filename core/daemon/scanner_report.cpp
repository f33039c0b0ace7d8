// SPDX-License-Identifier: MIT
#include "daemon/scanner_report.h"

#include <cstdio>
#include <ctime>

namespace postern::daemon {
namespace {

int64_t now() { return std::time(nullptr); }

std::string seconds(std::chrono::microseconds time) {
  char text[32];
  ::snprintf(text, sizeof text, "%.3f s", static_cast<double>(time.count()) / 1e6);
  return text;
}

std::string kind(const scan::ScannerRecord& s) { return std::string(s.scores ? "scores" : "malware") + (s.backup ? ", back-up" : ""); }

uint64_t failures(const scan::ScannerRecord& s) { return s.unavailable + s.failed + s.timed_out + s.crashed; }

// What came of asking, without what did not happen.
std::string answers(const scan::ScannerRecord& s) {
  const uint64_t answered = s.answered + s.partial;
  std::string text = std::to_string(answered) + " answers";
  const auto add = [&](uint64_t count, const char* what) {
    if (count > 0) text += ", " + std::to_string(count) + " " + what;
  };
  add(s.found, "with findings");
  add(s.partial, "partial");
  add(s.known, "parts known");
  add(s.unavailable, "unavailable");
  add(s.failed, "failed");
  add(s.timed_out, "timed out");
  add(s.crashed, "crashed");
  add(s.not_asked, "not asked");
  if (answered > 0) text += "; p50 " + seconds(s.latencies.quantile(0.5)) + ", p95 " + seconds(s.latencies.quantile(0.95));
  return text;
}

}  // namespace

std::string age(int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172800) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " days";
}

std::string condition(const scan::ScannerRecord& s) {
  std::string text;
  if (s.disabled_until > now()) text = "switched off for another " + age(s.disabled_until - now()) + "; it is ";
  text += scan::state_word(s.state);
  if (s.since > 0) text += " since " + age(now() - s.since);
  if (!s.engine.get().empty()) text += ", " + s.engine.get();
  if (!s.db_version.get().empty()) text += ", signatures " + s.db_version.get();
  if (s.db_entries > 0) text += ", " + std::to_string(s.db_entries) + " of them";
  if (s.db_time > 0) text += ", of " + age(now() - s.db_time) + " ago";
  if (!s.message.get().empty()) text += ": " + s.message.get();
  return text;
}

std::string scanners_text(const Scoreboard& board) {
  std::string text;
  for (const scan::ScannerRecord& s : board.scanners(board.generation)) {
    if (s.name.get().empty()) continue;
    text += s.name.get() + " (" + kind(s) + ")\n    " + condition(s) + "\n    " + answers(s) + "\n";
    if (failures(s) > 0 && !s.last_failure.get().empty()) text += "    last failure: " + s.last_failure.get() + "\n";
  }
  return text.empty() ? "no scanner is configured\n" : text;
}

void write_scanners(base::JsonWriter& j, const Scoreboard& board) {
  for (const scan::ScannerRecord& s : board.scanners(board.generation)) {
    if (s.name.get().empty()) continue;
    j.begin_object().field("name", s.name.get()).field("scores", s.scores.load()).field("backup", s.backup.load());
    j.field("state", scan::state_word(s.state)).field("since", s.since.load()).field("checked", s.checked.load());
    j.field("disabled_until", s.disabled_until.load());
    j.field("engine", s.engine.get()).field("signatures", s.db_version.get()).field("signature_time", s.db_time.load()).field("signature_count", s.db_entries.load());
    j.field("message", s.message.get()).field("answered", s.answered.load()).field("partial", s.partial.load()).field("found", s.found.load());
    j.field("known_parts", s.known.load()).field("unavailable", s.unavailable.load()).field("failed", s.failed.load()).field("timed_out", s.timed_out.load());
    j.field("crashed", s.crashed.load()).field("not_asked", s.not_asked.load()).field("p50_us", s.latencies.quantile(0.5).count());
    j.field("p95_us", s.latencies.quantile(0.95).count()).field("last_failure", s.last_failure.get()).end_object();
  }
}

}  // namespace postern::daemon
