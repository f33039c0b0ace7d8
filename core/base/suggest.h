// SPDX-License-Identifier: MIT
// "Did you mean": the known word nearest to what was written, or nothing when none is near. Pure; for keys, verbs and
// choices.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::base {

std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& known);

// `did you mean "policy"?`, or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace postern::base
