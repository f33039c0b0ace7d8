// SPDX-License-Identifier: MIT
// The house's order as a function of its files: who may include whom. The rank of the rooms is the order of the
// postern_room() lines in core/CMakeLists.txt; which foreign library lives where is the table in layering_check.cpp.
// Text in, complaints out: knows no disk.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace postern::layering {

using Tree = std::map<std::string, std::string>;  // path from the project's root → text

// The rooms, the lowest layer first.
std::vector<std::string> rooms(const std::string& core_cmakelists);

// "core/smtp/verbs.cpp:12: …" for every include that breaks a rule, in the order of the tree. The tree holds
// core/CMakeLists.txt.
std::vector<std::string> violations(const Tree& tree);

}  // namespace postern::layering
