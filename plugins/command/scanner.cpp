// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <re2/re2.h>
#include <unistd.h>

#include <array>
#include <set>
#include <utility>

namespace postern::command {
namespace {

using support::Outcome;

struct Kind {
  const char* option;
  Outcome outcome;
};
constexpr std::array<Kind, 4> kinds{{{"clean", Outcome::clean}, {"infected", Outcome::infected}, {"encrypted", Outcome::encrypted}, {"incomplete", Outcome::incomplete}}};

std::vector<support::ExitCode> table_of(const Config& config) {
  std::vector<support::ExitCode> table;
  for (const Kind& kind : kinds)
    for (const std::string& code : config.list(kind.option)) table.push_back({std::stoi(code), kind.outcome, kind.option});
  return table;
}

std::shared_ptr<const re2::RE2> pattern_of(const Config& config) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // what is printed may be anything
  return std::make_shared<const re2::RE2>(config.text("name"), options);
}

}  // namespace

void Scanner::validate(const Config& config) {
  const auto command = config.list("command");
  if (command.empty() || !command.front().starts_with('/') || ::access(command.front().c_str(), X_OK) != 0)
    config.reject("command", "begins with the whole path of a program that can be run, each argument as an item of its own: [\"/usr/bin/scan\", \"--quiet\", \"{path}\"]");
  std::set<int> seen;
  for (const support::ExitCode& row : table_of(config))
    if (!seen.insert(row.code).second) config.reject(row.meaning, std::to_string(row.code) + " has another meaning already");
  const auto pattern = pattern_of(config);
  if (!pattern->ok()) config.reject("name", "not a regular expression: " + pattern->error());
  else if (!config.text("name").empty() && pattern->NumberOfCapturingGroups() < 1) config.reject("name", "has no group: put what is the name in parentheses");
}

Scanner::Scanner(const Config& config) : argv_(config.list("command")), table_(table_of(config)) {
  if (!config.text("name").empty()) name_ = pattern_of(config);
}

void Scanner::scan(Job& job, const Part& part) {
  support::scan_command(job, part, argv_, table_, [this](std::string_view output) { return names_of(output); });
}

std::vector<std::string> Scanner::names_of(std::string_view output) const {
  if (!name_) return {};
  return support::names_in_lines(output, [this](std::string_view line) {
    std::string name;
    return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *name_, &name) ? name.substr(0, 200) : std::string();
  });
}

}  // namespace postern::command
