// SPDX-License-Identifier: MIT
// Where in the configuration a value stands, so that every complaint about it can say file:line:column.
#pragma once
#include <cstdint>
#include <string>

namespace postern::base {

struct Origin {
  std::string file;  // empty: a built-in default
  uint32_t line = 0, column = 0;

  std::string text() const {
    return file.empty() ? "default" : file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
};

// One complaint about the configuration or a plug-in, as it is printed: "file:line:column: error: text\n  hint: …".
struct Problem {
  enum class Severity { note, warning, error };
  Severity severity = Severity::error;
  std::string id;  // stable: "PLUGIN-ABI-TOO-NEW", "CONFIG-UNKNOWN-KEY"; explained in docs/MESSAGES.md
  Origin origin;
  std::string text;
  std::string hint;  // what to do; may be empty
};

}  // namespace postern::base
