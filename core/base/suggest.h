// SPDX-License-Identifier: MIT
// "Did you mean …": the word of a list that is nearest to a mistyped one, by edits (insert, delete, replace, swap of
// neighbours). Empty when none is near enough to be meant.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace postern::base {

size_t edit_distance(std::string_view a, std::string_view b);
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// `did you mean "policy"?`, or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace postern::base
