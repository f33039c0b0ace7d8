// SPDX-License-Identifier: MIT
// The program postern: finds the verb, hands over its words.
#include <algorithm>
#include <iostream>

#include "base/install.h"
#include "base/log.h"
#include "base/suggest.h"
#include "cli/command_line.h"

namespace {

struct Row {
  const char* name;
  int (*run)(const postern::cli::Words&);
  const char* help;
};

constexpr Row verbs[] = {
    {"check-config", postern::cli::check_config, "read the configuration, open the plug-ins, say what is wrong"},
    {"status", postern::cli::status, "how the running filter is"},
    {"scanners", postern::cli::scanners, "how the scanners are; take one out of service for a time"},
    {"plugin", postern::cli::plugins, "the configured plug-ins, and in which order they are asked"},
    {"scan", postern::cli::scan, "have the running filter examine a mail, without any effect"},
    {"explain", postern::cli::explain, "what would happen to a mail and why, without the daemon"},
    {"parts", postern::cli::parts, "everything that is found in a mail"},
    {"quarantine", postern::cli::quarantine, "list, show and release what was held back"},
    {"test-mail", postern::cli::test_mail, "harmless mails that a filter must notice, to try one out"},
};

void print_usage(std::ostream& out) {
  out << "Usage: postern VERB [options]; each verb has --help\n\n";
  for (const Row& row : verbs) out << "  " << row.name << std::string(14 - std::string(row.name).size(), ' ') << row.help << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const postern::cli::Words words(argv + 1, argv + argc);
  const std::string verb = words.empty() ? "" : words.front();
  if (verb == "help" || verb == "--help" || verb == "-h") return print_usage(std::cout), 0;
  if (verb == "--version" || verb == "version") return std::cout << "postern " << postern::base::version() << "\n", 0;
  for (const Row& row : verbs)
    if (verb == row.name) return row.run({words.begin() + 1, words.end()});
  std::vector<std::string> names;
  for (const Row& row : verbs) names.emplace_back(row.name);
  if (!verb.empty()) std::cerr << "postern: unknown verb \"" << postern::base::log::printable(verb, 40) << "\"";
  if (const auto near = verb.empty() ? std::nullopt : postern::base::suggest(verb, names)) std::cerr << "; did you mean \"" << *near << "\"?";
  if (!verb.empty()) std::cerr << "\n";
  print_usage(std::cerr);
  return 64;
}
