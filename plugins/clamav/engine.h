// SPDX-License-Identifier: MIT
// The clamd that Postern runs itself where no server is configured: its configuration, and a database for a machine
// that has none. In: options, a directory of one's own. Failures: Error (POSTERN_E_CONFIG when clamd is not installed).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postern/plugin.hpp>

namespace postern::clamav {

// nullopt: a server is configured. Writes into directory.
std::optional<Engine> managed_engine(const Config& config, std::string_view directory);

// Is the clamd behind this socket one of ours? Then its limits are known.
bool is_managed(std::string_view socket_path);

// Limits of clamd for one part: ours, which covers whatever the decoders produce, and that of Debian's clamd.conf.
inline constexpr uint64_t managed_limit = uint64_t{300} << 20;
inline constexpr uint64_t usual_limit = uint64_t{25} << 20;

}  // namespace postern::clamav
