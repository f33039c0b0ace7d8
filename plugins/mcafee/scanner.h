// SPDX-License-Identifier: MIT
// McAfee's (NAI's) command line scanner uvscan, once for each part. Its exit code decides by the table of its manual; names are taken from
// what it prints.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/command_scan.h>

namespace postern::mcafee {

struct Vendor {
  static constexpr const char* product = "McAfee VirusScan Command Line";
  static constexpr postern_option options[] = {
      option("program", POSTERN_T_PATH, "/usr/local/uvscan/uvscan", "the command"),
      option("arguments", POSTERN_T_STRING, "--secure, -rv, --mime, --summary, --noboot", "before the file", POSTERN_OPT_LIST)};
  static std::span<const support::ExitCode> exit_codes();
  static std::vector<std::string> names_of(std::string_view output);
};

using Scanner = support::CommandScanner<Vendor>;

}  // namespace postern::mcafee
