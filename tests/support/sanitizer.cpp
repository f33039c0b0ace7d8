// SPDX-License-Identifier: MIT
#include "support/sanitizer.h"

#include <algorithm>
#include <initializer_list>

namespace postern::testing {
namespace {

#ifdef POSTERN_SANITIZED
constexpr int patience = 5;
#else
constexpr int patience = 1;
#endif

}  // namespace

std::chrono::milliseconds patient(std::chrono::milliseconds limit) {
  return limit * patience;
}

std::string sanitizer_report(std::string_view log) {
  size_t first = std::string_view::npos;
  for (const std::string_view mark :
       {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "FATAL: ThreadSanitizer",
        ": runtime error: ", "Sanitizer:DEADLYSIGNAL", "Sanitizer CHECK failed", "Sanitizer: CHECK failed"})
    first = std::min(first, log.find(mark));
  if (first == std::string_view::npos) return {};
  return std::string(log.substr(log.rfind('\n', first) + 1));
}

}  // namespace postern::testing
