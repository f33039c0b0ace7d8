// SPDX-License-Identifier: MIT
// The program's log, for people: what happened to which mail and why. Goes to standard error (systemd adds time and unit) or to
// a file. spdlog stays behind this header. Call open() once in each process after its fork; before, lines go to standard error.
// Text of a mail must be escaped with printable() first: one event is one line.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace postern::base::log {

enum class Level { debug, info, notice, warning, error };

struct Settings {
  Level level = Level::info;
  std::string file;  // empty: standard error
};

void open(const Settings& settings, std::string_view process);  // process: "master", "worker" …, printed in front
void write(Level level, std::string_view line);
// All further lines of this process go to another instead: the confined process has no file to write to.
void redirect(std::function<void(Level, std::string_view)> to);

inline void debug(std::string_view line) { write(Level::debug, line); }
inline void info(std::string_view line) { write(Level::info, line); }
inline void notice(std::string_view line) { write(Level::notice, line); }
inline void warning(std::string_view line) { write(Level::warning, line); }
inline void error(std::string_view line) { write(Level::error, line); }

// Control characters, DEL, and bytes that are not UTF-8 become \xNN, bidirectional and invisible controls \u{NNNN}; cut at max bytes.
std::string printable(std::string_view text, size_t max = 512);

}  // namespace postern::base::log
