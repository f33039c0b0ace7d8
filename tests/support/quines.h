// SPDX-License-Identifier: MIT
// Archives that hold themselves, byte for byte, as Russ Cox found how to make them: opening one never ends. Values out;
// std::runtime_error if none can be made.
#pragma once
#include <string>

namespace postern::testing {

std::string gzip_quine();
std::string zip_quine(const std::string& beside);  // a member of this content stands beside the archive itself

}  // namespace postern::testing
