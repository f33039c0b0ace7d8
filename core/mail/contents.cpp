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

Part whole_mail(uint64_t size) {
  Part whole;
  whole.path = "0";
  whole.declared_type = whole.detected_type = "message/rfc822";
  whole.source = Part::Source::mail;
  whole.size = whole.raw_size = size;
  return whole;
}

}  // namespace postern::mail
