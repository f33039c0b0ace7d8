// SPDX-License-Identifier: MIT
#include "cli/verdict.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "cli/command_line.h"

namespace postern::cli {

Verdict verdict(const std::string& explanation) {
  const auto json = nlohmann::json::parse(explanation);
  Verdict v{json.at("verdict"), "pass", ""};
  for (const auto& recipient : json.at("recipients"))
    if (v.action == "pass") v.action = recipient.at("action");
  for (const auto& reason : json.at("reasons"))
    if (v.reason.empty() && v.category != "clean" && reason.at("category") == v.category)
      v.reason = base::log::printable(reason.at("text").get<std::string>());
  return v;
}

int exit_code(const Verdict& verdict) {
  if (verdict.action != "pass") return negative;
  return verdict.category == "clean" ? done : not_all_examined;
}

}  // namespace postern::cli
