// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

#include <iostream>

#include "base/install.h"
#include "base/log.h"
#include "postern/support/stream.h"

namespace postern::cli {

int run_verb(Verb verb, const Words& words, const std::function<int(const po::variables_map&)>& run) {
  verb.options.add_options()("config,c", po::value<std::string>()->default_value(base::default_config_file()), "configuration file; \"\" for the built-in defaults")
      ("help,h", "print this");
  po::positional_options_description positional;
  if (!verb.positional.empty()) positional.add(verb.positional.c_str(), -1);
  try {
    po::variables_map given;
    po::store(po::command_line_parser(words).options(verb.options).positional(positional).run(), given);
    if (given.count("help")) {
      std::cout << "Usage: " << verb.usage << "\n\n" << verb.options;
      return done;
    }
    return run(given);
  } catch (const po::error& e) {
    std::cerr << "postern: " << e.what() << "\nUsage: " << verb.usage << "\n";
    return usage;
  } catch (const Failure& f) {
    std::cerr << "postern: " << f.text << "\n";
    return f.exit_code;
  } catch (const support::StreamError& e) {
    std::cerr << "postern: " << e.what() << "\n";
    return unavailable;
  } catch (const std::exception& e) {
    std::cerr << "postern: " << e.what() << "\n";
    return software;
  }
}

std::shared_ptr<const config::Configuration> load_configuration(const po::variables_map& given) {
  const config::Loaded loaded = config::load(given["config"].as<std::string>());
  for (const base::Problem& problem : loaded.problems)
    if (!loaded.configuration) std::cerr << config::text(problem) << "\n";
  if (!loaded.configuration) throw Failure{bad_config, "the configuration cannot be used"};
  return loaded.configuration;
}

int ask_daemon(const config::Configuration& configuration, const std::string& request) {
  const std::string path = configuration.daemon.control_socket;
  const auto endpoint = support::Endpoint::parse("unix:" + path);
  if (!endpoint) throw Failure{bad_config, "control-socket is not a path: " + path};
  const auto until = support::Deadline::in(std::chrono::seconds(150));
  std::string answer;
  try {
    support::Stream daemon = support::Stream::connect(*endpoint, until);
    daemon.write(request + "\n", until);
    char chunk[8192];
    while (const size_t n = daemon.read(chunk, sizeof chunk, until)) answer.append(chunk, n);
  } catch (const support::StreamUnavailable& e) {
    throw Failure{unavailable, std::string("posternd does not answer: ") + e.what() + "\n         Is it running, with this configuration, and may you use its socket?"};
  }
  const size_t line = answer.find('\n');
  if (line == std::string::npos) throw Failure{unavailable, "posternd closed the connection without an answer"};
  const int code = std::atoi(answer.c_str());
  (code == done ? std::cout : std::cerr) << answer.substr(line + 1);
  return code;
}

}  // namespace postern::cli
