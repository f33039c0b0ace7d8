// SPDX-License-Identifier: MIT
// The EICAR test (https://www.eicar.org): a scanner of malware is given a mail that holds the test file, and must find something. Asked
// when a generation begins and whenever an engine comes back, because an engine with an empty or broken database answers "clean" to
// everything. [health process]
#pragma once
#include <string>

#include "plugin/instance.h"

namespace postern::daemon {

// Empty: it was found. Otherwise what happened instead.
std::string self_test(const plugin::Instance& scanner);

}  // namespace postern::daemon
