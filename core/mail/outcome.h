// SPDX-License-Identifier: MIT
// Sixth product: for each recipient the reply and where the copy went. Made by act::carry_out. A recipient nobody spoke for has
// the reply nobody set: 451.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "mail/judgement.h"
#include "mail/reply.h"

namespace postern::mail {

enum class Disposition : uint32_t { deferred, delivered, quarantined, discarded, rejected };
const char* name(Disposition disposition);

struct RecipientOutcome {
  Reply reply;
  Disposition disposition = Disposition::deferred;
  std::string where;  // "smtp:[127.0.0.1]:10025 250 2.0.0 Ok: queued as …", "quarantine ID"
};

struct Outcome {
  std::vector<RecipientOutcome> recipients;  // one for each of the envelope, in its order
  std::string quarantine_id;                 // empty: none
  std::string quarantine_file;               // its name, relative to the quarantine's directory
};

}  // namespace postern::mail
