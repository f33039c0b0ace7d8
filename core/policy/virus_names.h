// SPDX-License-Identifier: MIT
// Names of findings that are not what their engine calls them: many signatures of ClamAV and others mean spam, fraud or a hoax, and a
// mail that has nothing worse gets points instead of being infected. A name may also bring a policy bank into force. An ordered list, the
// first that matches decides. Immutable after the configuration is read; pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/origin.h"
#include "policy/pattern.h"

namespace postern::policy {

struct VirusName {
  Pattern match;
  std::optional<int32_t> points;  // 1/1000; without: it stays malware
  std::string bank;               // its wishes hold for such a mail, over all others; empty: none
  base::Origin origin;
};

class VirusNames {
 public:
  VirusNames();  // the built-in table: what amavisd-new takes for spam, mostly with 0.1 points
  std::vector<VirusName>& rows() { return rows_; }
  const std::vector<VirusName>& rows() const { return rows_; }
  const VirusName* find(std::string_view name) const;  // nullptr: malware

 private:
  std::vector<VirusName> rows_;
};

}  // namespace postern::policy
