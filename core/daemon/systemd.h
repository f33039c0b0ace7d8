// SPDX-License-Identifier: MIT
// What systemd is told (sd_notify(3)): a datagram to $NOTIFY_SOCKET, spoken without the library. Without the variable nothing happens.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace postern::daemon {

void notify_systemd(std::string_view state);                             // "READY=1", "STATUS=…"
void notify_systemd_reloading();                                         // with MONOTONIC_USEC, as Type=notify-reload wants it
std::optional<std::chrono::microseconds> systemd_watchdog_interval();    // how often WATCHDOG=1 is due; nullopt: never

}  // namespace postern::daemon
