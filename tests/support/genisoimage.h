// SPDX-License-Identifier: MIT
// Disk images as an honest writer makes them: genisoimage's, with what options say. Empty where it is not installed.
#pragma once
#include <string>
#include <vector>

#include "support/samples.h"

namespace postern::testing {

std::string genisoimage_of(const std::vector<File>&,
                           const std::vector<std::string>& options);  // names with their folders

}  // namespace postern::testing
