// SPDX-License-Identifier: MIT
#include "mail/findings.h"

namespace postern::mail {

const char* name(ScanState state) {
  switch (state) {
    case ScanState::answered: return "answered";
    case ScanState::partial: return "partial";
    case ScanState::unavailable: return "unavailable";
    case ScanState::failed: return "failed";
    case ScanState::timed_out: return "timed out";
    case ScanState::crashed: return "crashed";
    case ScanState::not_asked: return "not asked";
  }
  return "unknown";
}

}  // namespace postern::mail
