// SPDX-License-Identifier: MIT
// Started as root, the daemon opens plug-ins as a user without rights, who cannot enter a build below /root, for
// example. In: a folder of the build. Out: the same folder where everybody may read it, else a copy below /tmp that
// lasts as long as this process.
#pragma once
#include <string>

namespace postern::testing {

std::string reachable(const std::string& folder);

}  // namespace postern::testing
