// SPDX-License-Identifier: MIT
// The verbs of the program `postern`. Each takes the words after its name, prints data to standard output and messages to standard
// error, and returns an exit code: 0 done, 1 a negative answer, otherwise sysexits(3).
#pragma once
#include <string>
#include <vector>

namespace postern::cli {

using Words = std::vector<std::string>;

int check_config(const Words& words);
int status(const Words& words);
int scanners(const Words& words);
int plugins(const Words& words);
int scan(const Words& words);
int explain(const Words& words);
int parts(const Words& words);
int quarantine(const Words& words);
int test_mail(const Words& words);

}  // namespace postern::cli
