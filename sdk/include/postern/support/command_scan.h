// SPDX-License-Identifier: MIT
// Scanners that are commands: run one on a part (postern.spawn/1), read its exit code by a table, take the names out of what it printed. The
// table is the only way to "clean"; a code that does not stand in it, a signal, output without end and a late end are failures, and a
// name beside a code that means clean is believed before the code.
#pragma once
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/scan_verdict.h>

namespace postern::support {

struct ExitCode {
  int code;
  Outcome outcome;
  const char* meaning;  // for people: what the vendor's manual says
};

// All names in the output, in its order.
using NamesOf = std::function<std::vector<std::string>(std::string_view output)>;

inline ScanVerdict verdict(const Spawned& run, std::span<const ExitCode> table, const NamesOf& names_of) {
  ScanVerdict v;
  v.names = names_of(std::string(run.out) + "\n" + std::string(run.err));
  const auto row = std::find_if(table.begin(), table.end(), [&](const ExitCode& e) { return e.code == run.exit_status; });
  if (run.signal != 0) v.why = "it was ended by signal " + std::to_string(run.signal);
  else if (run.output_cut) v.why = "it prints without end";
  else if (row == table.end()) v.why = "its exit code " + std::to_string(run.exit_status) + " is unknown";
  else v.outcome = row->outcome, v.why = "exit code " + std::to_string(run.exit_status) + ": " + row->meaning;
  if (!v.names.empty() && v.outcome == Outcome::clean) v.outcome = Outcome::infected;
  if (v.names.empty() && v.outcome == Outcome::infected) v.names.emplace_back("unnamed");
  return v;
}

// Runs and reports. argv: see postern/spawn.h, "{path}" is the part. What was found is told also where the run failed.
inline void scan_command(Job& job, const Part& part, const std::vector<std::string>& argv, std::span<const ExitCode> table, const NamesOf& names_of) {
  constexpr uint64_t most_output = 256 * 1024;
  report(job, part, verdict(job.spawn(argv, part.handle(), most_output), table, names_of), argv.front());
}

// A scanner that is one program with one table. Vendor says what it is: options, with "program" and "arguments"; product, what to install;
// exit_codes(); names_of(output).
template <class Vendor>
class CommandScanner {
 public:
  static constexpr auto& options = Vendor::options;
  static constexpr const char* needs[] = {"exec", nullptr};
  static constexpr bool cacheable = true;
  static constexpr bool waits = true;

  explicit CommandScanner(const Config& config) : argv_{config.text("program")} {
    for (const std::string& argument : config.list("arguments")) argv_.push_back(argument);
    argv_.emplace_back("{path}");
  }
  static void validate(const Config& config) {
    if (::access(config.text("program").c_str(), X_OK) != 0) config.reject("program", std::string("cannot be run: install ") + Vendor::product + ", or name its path");
  }
  void scan(Job& job, const Part& part) { scan_command(job, part, argv_, Vendor::exit_codes(), Vendor::names_of); }

 private:
  std::vector<std::string> argv_;
};

// ---- taking names out of lines

// The text between the first mark of a line and the end that follows it, trimmed; empty end: the line's. Nothing: the mark is not there.
inline std::string between(std::string_view line, std::string_view mark, std::string_view end) {
  const size_t at = line.find(mark);
  if (at == std::string_view::npos) return {};
  std::string_view name = line.substr(at + mark.size());
  if (!end.empty()) name = name.substr(0, name.find(end));
  while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t' || name.back() == '\r')) name.remove_suffix(1);
  return std::string(name.substr(0, 200));
}

// What one_line finds in each line, without repetition and empty ones.
inline std::vector<std::string> names_in_lines(std::string_view output, const std::function<std::string(std::string_view)>& one_line) {
  std::vector<std::string> names;
  while (!output.empty() && names.size() < 100) {
    const size_t end = output.find('\n');
    std::string name = one_line(output.substr(0, end));
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace postern::support
