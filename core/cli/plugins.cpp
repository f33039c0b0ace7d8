// SPDX-License-Identifier: MIT
// "postern plugin list": the configured plug-ins with what they are; with --order, who is asked when, and what makes asking unnecessary.
#include <algorithm>
#include <iostream>

#include "base/install.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "config/units.h"
#include "plugin/registry.h"

namespace postern::cli {
namespace {

using plugin::Instance;
using plugin::Kind;

// Opened and looked at, not started: engines are not run.
plugin::Prepared prepared(const config::Configuration& configuration) {
  plugin::RegistrySettings registry;
  registry.directories = configuration.plugin_directories(base::plugin_directory());
  registry.create = false;
  plugin::Prepared all = plugin::prepare(configuration.instances, registry);
  for (const base::Problem& problem : all.problems) std::cerr << plugin::text(problem) << "\n";
  return all;
}

bool gives_scores(const Instance& i) { return (i.worker->flags & POSTERN_RUN_SCORES) != 0; }

std::string on_error(const Instance& i) {
  switch (i.settings.on_error) {
    case mail::OnError::defer: return "without an answer the mail waits";
    case mail::OnError::next: return "without an answer a back-up may stand in";
    case mail::OnError::pass_unchecked: return "without an answer the mail passes as unchecked";
  }
  return "";
}

void print_row(const Instance& i) {
  std::cout << "  " << i.name() << std::string(i.name().size() < 16 ? 16 - i.name().size() : 1, ' ') << base::log::printable(i.plugin->name, 60) << " "
            << base::log::printable(i.plugin->version, 30) << ", " << (i.settings.home == plugin::Home::confined ? "confined" : "in the worker") << ", " << i.file << "\n";
}

void print_list(const plugin::Prepared& all) {
  for (const Kind kind : {Kind::decoder, Kind::scanner, Kind::notifier}) {
    std::cout << name(kind) << "s\n";
    for (const Instance* i : all.of(kind)) print_row(*i);
  }
}

void print_stage(const std::vector<const Instance*>& scanners, bool scores, bool backup, const std::string& title) {
  const auto is_here = [&](const Instance* i) { return gives_scores(*i) == scores && i->settings.backup == backup; };
  if (std::none_of(scanners.begin(), scanners.end(), is_here)) return;
  std::cout << title << "\n";
  for (const Instance* i : scanners)
    if (is_here(i)) std::cout << "  " << i->name() << ", at most " << config::duration_text(i->settings.timeout) << "; " << on_error(*i) << "\n";
}

void print_order(const config::Configuration& c, const plugin::Prepared& all) {
  const auto scanners = all.of(Kind::scanner);
  std::cout << "1. unpack, at most " << config::duration_text(c.policy.limits().time) << ": each decoder that recognises a part opens it\n";
  for (const Instance* i : all.of(Kind::decoder)) std::cout << "  " << i->name() << "\n";
  print_stage(scanners, false, false, "2. scanners of malware, at the same time");
  print_stage(scanners, true, false, "3. scanners of scores, when those are through or " + std::to_string(c.scan.head_start.count()) + " ms after they began" +
                                         (c.scan.score_infected ? "" : "; not where malware has decided"));
  print_stage(scanners, false, true, "4. back-ups of malware, where no primary answered or one wants a back-up");
  print_stage(scanners, true, true, "5. back-ups of scores, likewise for scores");
}

}  // namespace

int plugins(const Words& words) {
  Verb verb{"postern plugin list [--order]", po::options_description("Options"), "what"};
  verb.options.add_options()("order", "who is asked when, and what makes asking unnecessary")("what", po::value<std::vector<std::string>>(), "list");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) -> int {
    if (!given.count("what") || given["what"].as<std::vector<std::string>>() != std::vector<std::string>{"list"}) throw Failure{usage, "\"list\" is what there is"};
    const auto configuration = load_configuration(given);
    const plugin::Prepared all = prepared(*configuration);
    given.count("order") ? print_order(*configuration, all) : print_list(all);
    return all.has_errors() ? bad_config : done;
  });
}

}  // namespace postern::cli
