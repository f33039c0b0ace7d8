// SPDX-License-Identifier: MIT
// What "postern explain" and "postern scan" say in one line and one number. In: an explanation, the JSON of
// report/explain.cpp. Throws nlohmann::json::exception for what is none.
#pragma once
#include <string>

namespace postern::cli {

struct Verdict {
  std::string category;  // "clean", "infected", …
  std::string action;    // what becomes of it; of several recipients, the first for whom it would not pass
  std::string reason;    // the first that made the verdict; a clean mail may have remarks, which are no reason
};
Verdict verdict(const std::string& explanation);

// 0: it passes; 1: it is blocked or deferred; 2: it passes though not all of it was examined.
int exit_code(const Verdict& verdict);
inline constexpr const char* exit_code_help =
    "Exit code: 0 it passes, 1 it is blocked or deferred, 2 it passes though not all of it was examined.";

}  // namespace postern::cli
