// SPDX-License-Identifier: MIT
#include "mail/contents.h"

namespace postern::mail {

const char* name(DefectKind kind) {
  switch (kind) {
    case DefectKind::malformed: return "malformed";
    case DefectKind::ambiguous: return "ambiguous";
    case DefectKind::encrypted: return "encrypted";
    case DefectKind::limit: return "limit";
    case DefectKind::undecoded: return "undecoded";
    case DefectKind::crashed: return "crashed";
    case DefectKind::macro: return "macro";
    case DefectKind::note: return "note";
  }
  return "unknown";
}

}  // namespace postern::mail
