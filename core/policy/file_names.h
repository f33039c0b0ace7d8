// SPDX-License-Identifier: MIT
// What a file name out of a mail could turn into on somebody's desk. In: one name as the decoders report it, hostile
// bytes. Out: every way a mail reader or an operating system could understand it, so that a rule about names is asked
// about each of them: compatibility forms folded (NFKC), invisible and direction characters gone, tails cut that
// Windows ignores, look-alike letters made Latin. Case is kept. Where the direction of writing is turned round, the
// name is what is stored, never what is displayed. Pure; never fails.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

// A name that has this many readings may have more, which are left out. No honest one has: be strict with it.
inline constexpr size_t max_readings = 16;
inline constexpr size_t max_reading_size = 1024;  // bytes; of a longer one head and tail are left, with U+2026 between

// The plainest first, each once; valid UTF-8. Empty where nothing of the name can be seen.
std::vector<std::string> readings(std::string_view name);

}  // namespace postern::policy
