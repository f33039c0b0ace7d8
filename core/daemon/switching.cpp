// SPDX-License-Identifier: MIT
#include "daemon/switching.h"

#include <algorithm>
#include <ctime>

#include "base/log.h"
#include "daemon/scanner_report.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::hours longest{24 * 7};

scan::ScannerRecord* find(Scoreboard& board, const std::string& name) {
  for (scan::ScannerRecord& record : board.scanners(board.generation))
    if (record.name.get() == name) return &record;
  return nullptr;
}

Switched unknown(Scoreboard& board, const std::string& name) {
  std::string known;
  for (const scan::ScannerRecord& record : board.scanners(board.generation))
    if (!record.name.get().empty()) known += (known.empty() ? "" : ", ") + record.name.get();
  return {false, "there is no scanner \"" + base::log::printable(name, 64) + "\"; there is: " + (known.empty() ? "none" : known)};
}

// Would mail still be looked at without this one? A back-up counts, for it stands in.
bool is_the_last(Scoreboard& board, const scan::ScannerRecord& one) {
  const auto records = board.scanners(board.generation);
  return std::none_of(records.begin(), records.end(), [&](const scan::ScannerRecord& other) {
    return &other != &one && !other.name.get().empty() && !other.scores && other.disabled_until <= std::time(nullptr);
  });
}

}  // namespace

Switched disable(Scoreboard& board, const std::string& name, std::chrono::seconds time) {
  scan::ScannerRecord* record = find(board, name);
  if (!record) return unknown(board, name);
  if (time <= std::chrono::seconds(0) || time > longest) return {false, "a scanner can be switched off for up to 7 days"};
  if (!record->scores && is_the_last(board, *record))
    return {false, name + " is the only scanner of malware that is left: without it all mail would be deferred. Configure another one first"};
  record->disabled_until = std::time(nullptr) + time.count();
  return {true, name + " is switched off for " + age(time.count())};
}

Switched enable(Scoreboard& board, const std::string& name) {
  scan::ScannerRecord* record = find(board, name);
  if (!record) return unknown(board, name);
  if (record->disabled_until <= std::time(nullptr)) return {true, name + " was not switched off"};
  record->disabled_until = 0;
  return {true, name + " is asked again"};
}

}  // namespace postern::daemon
