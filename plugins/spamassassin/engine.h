// SPDX-License-Identifier: MIT
// The spamd that Postern runs where the administrator names no server: on a private socket, with the rules that are installed
// (/usr/share/spamassassin, sa-update's, /etc/spamassassin) and a report of our own. [control]
#pragma once
#include <optional>
#include <string_view>

#include <postern/plugin.hpp>

namespace postern::spamassassin {

// nullopt: a server is named. Throws Error{POSTERN_E_CONFIG} where spamd is not installed.
std::optional<Engine> managed_engine(const Config& config, std::string_view directory);

}  // namespace postern::spamassassin
