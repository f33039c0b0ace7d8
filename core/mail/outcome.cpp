// SPDX-License-Identifier: MIT
#include "mail/outcome.h"

namespace postern::mail {

const char* name(Disposition disposition) {
  switch (disposition) {
    case Disposition::deferred: return "deferred";
    case Disposition::delivered: return "delivered";
    case Disposition::quarantined: return "quarantined";
    case Disposition::discarded: return "discarded";
    case Disposition::rejected: return "rejected";
  }
  return "deferred";
}

}  // namespace postern::mail
