// SPDX-License-Identifier: MIT
// H+BEDV's (Avira's) command line scanner antivir, and Central Command's vexira with the same codes, once for each part. Without a licence key
// it answers 214 whatever it finds: that is never clean.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/command_scan.h>

namespace postern::antivir {

struct Vendor {
  static constexpr const char* product = "AntiVir or Vexira";
  static constexpr postern_option options[] = {
      option("program", POSTERN_T_PATH, "/usr/lib/AntiVir/antivir", "the command, or vexira's"),
      option("arguments", POSTERN_T_STRING, "--allfiles, -noboot, -nombr, -rs, -s, -z", "before the file", POSTERN_OPT_LIST)};
  static std::span<const support::ExitCode> exit_codes();
  static std::vector<std::string> names_of(std::string_view output);
};

using Scanner = support::CommandScanner<Vendor>;

}  // namespace postern::antivir
