// SPDX-License-Identifier: MIT
// Puts together what is wrong with a plug-in or its options. Ids are stable; docs/MESSAGES.md explains each of them.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/origin.h"

namespace postern::plugin {

using Problems = std::vector<base::Problem>;
using Severity = base::Problem::Severity;

inline void add_error(Problems& problems, const char* id, std::string text, std::string hint = {},
                      base::Origin origin = {}) {
  problems.push_back({Severity::error, id, std::move(origin), std::move(text), std::move(hint)});
}
inline void add_warning(Problems& problems, const char* id, std::string text, std::string hint = {},
                        base::Origin origin = {}) {
  problems.push_back({Severity::warning, id, std::move(origin), std::move(text), std::move(hint)});
}
inline bool has_error(const Problems& problems) {
  for (const base::Problem& problem : problems)
    if (problem.severity == Severity::error) return true;
  return false;
}

}  // namespace postern::plugin
