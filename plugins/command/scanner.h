// SPDX-License-Identifier: MIT
// Any command line scanner, described by the configuration: the command, what its exit codes mean, and a pattern that takes names out of what it
// prints. Runs once for each part; a code that nobody has explained is a failure.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/command_scan.h>

namespace re2 {
class RE2;
}

namespace postern::command {

constexpr postern_option codes(const char* name, const char* deflt, const char* help) {
  return {name, deflt, nullptr, help, 0, 255, POSTERN_T_INT, POSTERN_OPT_LIST};
}

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("command", POSTERN_T_STRING, nullptr, "the program with its whole path and its arguments; \"{path}\" is the part's file, without it the part is standard input",
             POSTERN_OPT_REQUIRED | POSTERN_OPT_LIST),
      codes("clean", "0", "exit codes that say: nothing was found"),
      codes("infected", "1", "exit codes that say: something was found"),
      codes("encrypted", nullptr, "exit codes that say: it could not be read without a secret"),
      codes("incomplete", nullptr, "exit codes that say: not examined to the end"),
      option("name", POSTERN_T_STRING, "", "a regular expression (RE2), applied to each line that is printed; its first group is a name")};
  static constexpr const char* needs[] = {"exec", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config);
  void scan(Job& job, const Part& part);

 private:
  std::vector<std::string> names_of(std::string_view output) const;

  std::vector<std::string> argv_;
  std::vector<support::ExitCode> table_;
  std::shared_ptr<const re2::RE2> name_;  // null: whatever it finds is unnamed
};

}  // namespace postern::command
