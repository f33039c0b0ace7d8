// SPDX-License-Identifier: MIT
// Cabinets (CAB) for tests: one folder, stored or compressed as MSZIP. Values in, bytes out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/samples.h"

namespace postern::testing {

struct Cabinet {
  bool is_mszip = false;
  bool has_previous = false, has_next = false;  // one of a set; a file may go on in them
  bool goes_on = false;                         // the last file does
  bool began_before = false;                    // the first file did
};
std::string cab_of(const std::vector<File>&, const Cabinet& = {});

}  // namespace postern::testing
