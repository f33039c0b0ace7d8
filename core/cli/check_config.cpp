// SPDX-License-Identifier: MIT
#include <iostream>

#include "base/install.h"
#include "cli/command_line.h"
#include "plugin/registry.h"

namespace postern::cli {
namespace {

std::string summary(const config::Configuration& c) {
  std::string scanners, listeners;
  for (const plugin::InstanceSettings& i : c.instances)
    if (i.enabled && i.kind == plugin::Kind::scanner) scanners += (scanners.empty() ? "" : ", ") + i.name;
  for (const receive::Listener& l : c.receive.listeners) listeners += (listeners.empty() ? "" : ", ") + l.address;
  std::string hops;
  for (const deliver::NextHop& hop : c.deliver.next_hops) hops += (hops.empty() ? "" : ", ") + hop.text();
  return "listens on " + listeners + "; scanners: " + (scanners.empty() ? "none, mail passes unscanned" : scanners) + "; next hop " + hops + "; " +
         std::to_string(c.policy.banks().size()) + " policy banks";
}

}  // namespace

int check_config(const Words& words) {
  Verb verb{"postern check-config [--strict] [FILE]\n\nReads the configuration and opens the plug-ins it names, without starting anything.\n"
            "Exit code: 0 good, 1 warnings with --strict, 78 it cannot be used.",
            po::options_description("Options"), "file"};
  verb.options.add_options()("file", po::value<std::string>(), "instead of --config")("strict", "warnings count");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const config::Loaded loaded = config::load(given.count("file") ? given["file"].as<std::string>() : given["config"].as<std::string>());
    size_t errors = 0, warnings = 0;
    const auto print = [&](const base::Problem& problem, const std::string& text) {
      std::cerr << text << "\n";
      (problem.severity == base::Problem::Severity::error ? errors : warnings)++;
    };
    for (const base::Problem& problem : loaded.problems) print(problem, config::text(problem));
    if (loaded.configuration) {
      plugin::RegistrySettings registry;
      registry.directories = loaded.configuration->plugin_directories(base::plugin_directory());
      registry.create = false;
      const plugin::Prepared plugins = plugin::prepare(loaded.configuration->instances, registry);
      for (const base::Problem& problem : plugins.problems) print(problem, plugin::text(problem));
    }
    if (errors > 0) {
      std::cerr << errors << (errors == 1 ? " error" : " errors") << "; this configuration cannot be used\n";
      return static_cast<int>(bad_config);
    }
    std::cout << summary(*loaded.configuration) << "\n";
    return static_cast<int>(warnings > 0 && given.count("strict") ? negative : done);
  });
}

}  // namespace postern::cli
