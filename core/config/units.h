// SPDX-License-Identifier: MIT
// Durations and sizes as people write them: "500ms", "30s", "5m", "2h"; "1k", "64M", "64MiB" (1024 each). Pure.
// nullopt: is none, or does not fit.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::config {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
std::optional<uint64_t> parse_size(std::string_view text);

// The shortest exact form, which the parsers above read back.
std::string duration_text(std::chrono::milliseconds duration);
std::string size_text(uint64_t bytes);

}  // namespace postern::config
