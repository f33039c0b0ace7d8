// SPDX-License-Identifier: MIT
// An Outlook message ([MS-OXMSG]) inside a Compound File: its bodies and attachments, with all their names. A message
// in the message becomes a frame whose children they are; what else an attachment holds is the caller's.
#pragma once
#include <optional>

#include "compound.h"
#include "handover.h"

namespace ole {

// A storage that is still to be looked at, and the part its content belongs to.
struct Step {
  uint32_t storage = 0;
  postern_part parent = 0;
};

bool is_message(const Compound& compound, uint32_t storage);
bool is_attachment(const Compound& compound, uint32_t storage);

class Message {
 public:
  Message(Compound& compound, Handover& handover) : compound_(compound), handover_(handover) {}

  // The bodies. What of the storage is no part of a message stays for the caller: is_own() says what is.
  void add_bodies(uint32_t storage, postern_part parent);
  // The attachment of one storage. Its content may be a storage again, to be looked at next.
  std::optional<Step> add_attachment(uint32_t storage, postern_part parent);
  static bool is_own(const Entry& entry);

 private:
  struct Property {
    uint16_t id = 0, type = 0;
    uint32_t entry = 0;
  };
  std::vector<Property> properties(uint32_t storage) const;
  std::string text(const Property& property);

  Compound& compound_;
  Handover& handover_;
};

}  // namespace ole
