// SPDX-License-Identifier: MIT
// What all verbs share: options every one of them has, help, and what goes wrong on a command line.
#pragma once
#include <boost/program_options.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/verbs.h"
#include "config/configuration.h"

namespace postern::cli {

enum ExitCode { done = 0, negative = 1, not_all_examined = 2, usage = 64, data_error = 65, no_input = 66, unavailable = 69, software = 70, temporary = 75,
                no_permission = 77, bad_config = 78 };

namespace po = boost::program_options;

struct Verb {
  std::string usage;                    // "postern explain [options] FILE"
  po::options_description options{"Options"};
  std::string positional;               // name of the option that takes the words without a dash; empty: none
};

// Parses and runs; every verb gets --config and --help. An exception of run is printed and becomes its exit code.
int run_verb(Verb verb, const Words& words, const std::function<int(const po::variables_map&)>& run);

// A failure with an exit code of its own; the text says what to do.
struct Failure {
  int exit_code;
  std::string text;
};

// Throws Failure{bad_config} after printing the problems.
std::shared_ptr<const config::Configuration> load_configuration(const po::variables_map& given);

// Sends a request to the daemon's control socket, prints its answer, returns its exit code. Throws Failure{unavailable}.
int ask_daemon(const config::Configuration& configuration, const std::string& request);

}  // namespace postern::cli
