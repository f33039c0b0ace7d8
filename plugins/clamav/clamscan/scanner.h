// SPDX-License-Identifier: MIT
// ClamAV without a daemon: clamscan runs once for a mail, over files of all its pieces, and loads every signature anew; so never two at once
// (turn.h). In: the mail's part. Out: findings. A piece without an exact answer fails the job (POSTERN_E_IO, _TIMEOUT,
// _UNAVAILABLE), as does a clamscan that does not find the EICAR test file among them; what was found is told all the same.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <postern/plugin.hpp>

namespace postern::clamscan {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("program", POSTERN_T_PATH, "/usr/bin/clamscan", "the command"),
      option("database", POSTERN_T_PATH, "/var/lib/clamav", "directory of signatures"),
      option("signatures-at-most", POSTERN_T_DURATION, "0ms", "older ones count as none; 0: any age will do", 0, int64_t{8760} * 3600 * 1000),
      option("limit", POSTERN_T_SIZE, "300MiB", "a larger part counts as not examined", 1, int64_t{2047} << 20),
      option_enum("opened-archives", "skip", "skip|scan", "an archive whose members are all examined: is it examined once more by itself?"),
      option("test-file", POSTERN_T_BOOL, "true", "each run must find EICAR, or it is not believed"),
      option("arguments", POSTERN_T_STRING, nullptr, "further ones, such as --detect-pua=yes", POSTERN_OPT_LIST)};
  static constexpr const char* needs[] = {"exec", nullptr};
  static constexpr bool whole = true;
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config);
  void scan(Job& job, const Part& mail);

 private:
  void mind_the_date(Job& job) const;

  std::string database_;
  std::chrono::milliseconds oldest_;  // 0: any age
  std::vector<std::string> argv_;  // all but the folder
  uint64_t limit_;
  bool scans_opened_archives_, wants_test_file_;
};

}  // namespace postern::clamscan
