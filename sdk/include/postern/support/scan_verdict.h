// SPDX-License-Identifier: MIT
// What a foreign scanner has said about a part, and how the host is told.
#pragma once
#include <cstddef>
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

// As it may stand on a line: a scanner's output may hold anything.
inline std::string plain_name(std::string_view name) {
  constexpr size_t longest = 200;
  std::string plain;
  for (const char c : name.substr(0, longest))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) plain += c;
  return plain.empty() ? "unnamed" : plain;
}

// Names are told in every case, also where the scan failed: then Error (POSTERN_E_IO) is thrown, with who could not do it and why.
inline void report(Job& job, const Part& part, const ScanVerdict& verdict, std::string_view who) {
  for (const std::string& name : verdict.names) job.malware(plain_name(name), part);
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
