// SPDX-License-Identifier: MIT
// Of posternd, after sysexits.h, so that systemd and the administrator can tell them apart.
#pragma once

namespace postern::daemon {

constexpr int exit_os = 71;      // the system refuses what we need
constexpr int exit_config = 78;  // a configuration that cannot be used

}  // namespace postern::daemon
