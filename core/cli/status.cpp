// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

namespace postern::cli {

int status(const Words& words) {
  Verb verb{"postern status [--json]", po::options_description("Options"), ""};
  verb.options.add_options()("json", "one JSON object");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    return ask_daemon(*load_configuration(given), given.count("json") ? "status json" : "status");
  });
}

}  // namespace postern::cli
