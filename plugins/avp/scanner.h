// SPDX-License-Identifier: MIT
// Kaspersky's command line scanners and clients of its daemons, once for each part: four generations of the product whose exit codes mean
// different things, so each has a table of its own. "Not complete" is never clean.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/command_scan.h>

namespace postern::avp {

struct Variant {
  const char* name;     // as in the configuration
  const char* program;  // where it usually stands
  std::vector<std::string> arguments;
  std::span<const support::ExitCode> exit_codes;
  std::vector<std::string> (*names_of)(std::string_view output);
};
std::span<const Variant> variants();

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option_enum("variant", "kavscanner", "aveclient|avp|kavdaemon|kavscanner", "which generation of the product"),
      option("program", POSTERN_T_PATH, nullptr, "the command, where it is not at its usual place"),
      option("arguments", POSTERN_T_STRING, nullptr, "before the file, instead of the usual ones", POSTERN_OPT_LIST)};
  static constexpr const char* needs[] = {"exec", nullptr};
  static constexpr bool waits = true;
  static constexpr bool cacheable = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config);
  void scan(Job& job, const Part& part) { support::scan_command(job, part, argv_, variant_.exit_codes, variant_.names_of); }

 private:
  const Variant& variant_;
  std::vector<std::string> argv_;
};

}  // namespace postern::avp
