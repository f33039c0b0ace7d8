// SPDX-License-Identifier: MIT
// What a foreign scanner has said about a part, and how the host is told.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>

namespace postern::support {

enum class Outcome { clean, infected, failed, incomplete /* finished, but not everything was examined */, encrypted };

struct ScanVerdict {
  Outcome outcome = Outcome::failed;
  std::vector<std::string> names;
  std::string why;  // of anything but clean and infected
};

// Names are told in every case, also where the scan failed: then Error (POSTERN_E_IO) is thrown, with who could not do it and why.
inline void report(Job& job, const Part& part, const ScanVerdict& verdict, std::string_view who) {
  for (const std::string& name : verdict.names) job.malware(name, part);
  switch (verdict.outcome) {
    case Outcome::clean:
    case Outcome::infected:
      return;
    case Outcome::encrypted:
      return job.finding(POSTERN_CAT_ENCRYPTED, "scanner-encrypted", part.handle(), verdict.why);
    case Outcome::incomplete:
      job.finding(POSTERN_CAT_LIMIT, "scanner-incomplete", part.handle(), verdict.why);
      return job.partial();
    case Outcome::failed:
      throw Error(POSTERN_E_IO, std::string(who) + ": " + verdict.why);
  }
}

}  // namespace postern::support
