// SPDX-License-Identifier: MIT
// What clamscan prints and how it ends, bytes → values. It is given a folder with the files "0", "1", "2" ... and must say exactly one thing
// of each, and end as that demands; whatever else it prints or does is a problem, and no file without an answer is clean.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::clamscan {

struct Answer {
  std::string signature;  // empty: nothing was found
};

struct Output {
  std::vector<std::optional<Answer>> answers;  // by the number of the file; nullopt: there is none
  std::string problem;                         // empty: every file has its answer, and the exit code fits them
};

// How the program ended.
struct Ending {
  int exit_status = -1;  // -1: not by itself
  int signal = 0;
  bool output_cut = false;
  std::string_view errors = {};  // what it wrote to standard error: the reason of a failure stands there
};

Output read_output(std::string_view printed, const Ending& ending, std::string_view folder, size_t files);

}  // namespace postern::clamscan
