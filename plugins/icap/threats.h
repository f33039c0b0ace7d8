// SPDX-License-Identifier: MIT
// What an ICAP server says it found, in the fields that vendors use for it (draft-stecher-icap-subid; README).
#pragma once
#include <string>
#include <vector>

#include "message.h"

namespace postern::icap {

struct Threats {
  std::vector<std::string> names;
  bool is_container = false;  // it could not look into what the part holds: encrypted, or over its limits
  bool empty() const { return names.empty() && !is_container; }
};

Threats threats_in(const Answer& answer);

}  // namespace postern::icap
