// SPDX-License-Identifier: MIT
// What recipients do not want, as an ordered list: the first rule that fits a part, or the nearest container it lies in seen from
// the outside, decides over it. Immutable after the configuration is read; pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/origin.h"
#include "policy/pattern.h"

namespace postern::policy {

// What decoders and scanners say of a part beside its names and types.
enum class Mark : uint32_t { encrypted, undecipherable, macro, ambiguous };
constexpr Mark all_marks[] = {Mark::encrypted, Mark::undecipherable, Mark::macro, Mark::ambiguous};
const char* name(Mark mark);  // as in the configuration

// A part as rules see it. Everything is lent.
struct Described {
  const std::vector<std::string>& names;  // every reading of every name, see file_names.h
  std::string_view declared_type, detected_type;
  uint32_t marks = 0;  // 1 << Mark
};

struct Rule {
  std::string name;                  // for people: "double extension"
  bool allow = false;                // fits: the part and what lies in it is let through
  std::optional<Pattern> file_name;  // one of the names has it
  std::vector<std::string> types;    // one of them is the declared or the detected type; "text/" stands for the family
  uint32_t marks = 0;                // the part has one of them
  base::Origin origin;

  // What fitted, for people: "name \"x.pdf.exe\"". nullopt: one of the conditions does not hold.
  std::optional<std::string> fits(const Described& part) const;
};

struct RuleSet {
  std::string name;
  std::vector<Rule> rules;
};

// "default": as Debian's amavisd-new bans, and what nobody can examine: mail in pieces, and content that the
// reader fetches (RFC 2046 5.2.2 and 5.2.3).
RuleSet default_rules();

}  // namespace postern::policy
