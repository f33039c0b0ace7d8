// SPDX-License-Identifier: MIT
// Fifth product: what is to be done, decided on paper before anything is done. Made by act::plan, carried out by act::carry_out:
// quarantine first, then delivery, then notices.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mail/judgement.h"
#include "mail/reply.h"

namespace postern::mail {

// Applied while the mail streams out; every byte that is not named here leaves as it came.
struct HeaderEdits {
  std::vector<std::pair<std::string, std::string>> prepend;  // name, value without CRLF; in the order they will stand
  std::vector<std::string> remove;                           // all fields of these names, any case
  bool operator==(const HeaderEdits&) const = default;
};

struct QuarantineOrder {
  std::string id;        // the same for a retry of the same mail: no second copy
  Category category = Category::clean;
  std::string reason;    // one line
  std::vector<uint32_t> recipients;  // whose copies are held
};

struct DeliveryGroup {
  std::vector<uint32_t> recipients;  // with equal edits: one transaction
  HeaderEdits edits;
};

struct Answer {  // for a recipient whose copy is not delivered
  uint32_t recipient = 0;
  Action action = Action::defer;
  Reply reply;
};

// A notice for a notifier: kind of event and its facts, by the names a plug-in asks for with host->attr.
struct Notice {
  std::string kind;  // "mail.blocked"
  std::vector<std::pair<std::string, std::string>> facts;  // "event.reason", "event.virus" (repeated), …
};

struct Plan {
  std::optional<QuarantineOrder> quarantine;
  std::vector<DeliveryGroup> deliveries;
  std::vector<Answer> answers;
  std::vector<Notice> notices;
};

}  // namespace postern::mail
