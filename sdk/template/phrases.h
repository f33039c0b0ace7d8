// SPDX-License-Identifier: MIT
// A scanner that looks for phrases in text parts: the smallest one that does what every scanner must do. It declares its options, checks
// them, watches the time, and says so when it did not look at everything.
#pragma once
#include <postern/plugin.hpp>

#include <string>
#include <vector>

namespace example {

class Phrases {
 public:
  static constexpr postern_option options[] = {
      postern::option("phrase", POSTERN_T_STRING, nullptr, "what to look for, byte by byte",
                      POSTERN_OPT_LIST | POSTERN_OPT_REQUIRED),
      postern::option("limit", POSTERN_T_SIZE, "1MiB", "how much of a part is looked at", 1, 1 << 30),
  };
  static constexpr const char* accepts[] = {"text/", nullptr};  // declared or detected; each such part is one call of scan()

  explicit Phrases(const postern::Config& config);
  static void validate(const postern::Config& config);
  void scan(postern::Job& job, const postern::Part& part);

 private:
  std::vector<std::string> phrases_;
  size_t limit_;
};

}  // namespace example
