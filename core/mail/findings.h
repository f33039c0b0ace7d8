// SPDX-License-Identifier: MIT
// Third product: what every scanner said, or why it said nothing. "Clean" is an answer without a decisive finding; a scanner that
// failed, was late or saw only a piece has another state, and no way leads from those to clean.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace postern::mail {

struct Finding {
  int32_t category = 0;  // POSTERN_CAT_* of postern/plugin.h
  int32_t score = 0;     // 1/1000 points
  uint32_t flags = 0;    // POSTERN_FIND_*
  uint32_t part = 0;     // index into Contents::parts(); 0: the mail as a whole
  std::string name, text;
  uint32_t recipient = 0;  // 0: for all; n: for the nth of the envelope, counted from 1
};

enum class ScanState : uint32_t {
  answered,     // looked at everything it was given
  partial,      // finished, but did not see everything: findings count, "clean" does not
  unavailable,  // engine down or loading
  failed,       // error, garbage, exception
  timed_out,
  crashed,      // killed the worker, or a confined process, in an earlier attempt
  not_asked,    // an earlier stage made it unnecessary
};
const char* name(ScanState state);
inline bool has_answered(ScanState s) { return s == ScanState::answered || s == ScanState::partial; }

enum class OnError : uint32_t { defer, next, pass_unchecked };  // what the administrator wants when this scanner gives no answer

struct ScanReport {
  std::string instance;  // "clamav"
  ScanState state = ScanState::failed;
  OnError on_error = OnError::defer;
  bool backup = false;  // asked only because no primary answered
  bool scores = false;  // its findings are scores: what it answers says nothing about malware
  std::string reason;   // of anything but answered
  std::vector<Finding> findings;
  std::vector<std::pair<std::string, std::string>> notes;  // "engine.version", …
  bool overflowed = false;  // more was found than is kept
  std::chrono::microseconds elapsed{0};
  bool timed = true;  // false: elapsed is the most it can have been, others were waited for as well
};

// Takes a finding into a report of bounded size. Past the bound what decides still goes in and pushes another out, and the report
// says by its state that it is not whole: an engine that says too much has not said "clean".
void add(ScanReport& report, Finding finding);

struct Findings {
  std::vector<ScanReport> reports;  // in the order of the configuration
};

}  // namespace postern::mail
