// SPDX-License-Identifier: MIT
// The verbs of postern-plugin. Each prints to standard output and returns an exit code of sysexits.h.
#pragma once
#include <string>
#include <vector>

namespace postern::tool {

using Options =
    std::vector<std::pair<std::string, std::string>>;  // --option NAME=VALUE, in order; a repeated name is a list

int info(const std::string& file, bool with_options);
int run(const std::string& file, const Options& options, const std::string& part_file);
int validate(const std::string& file, const Options& options);

}  // namespace postern::tool
