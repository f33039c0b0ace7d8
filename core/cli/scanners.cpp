// SPDX-License-Identifier: MIT
#include "cli/command_line.h"
#include "config/units.h"

namespace postern::cli {
namespace {

std::string seconds(const po::variables_map& given) {
  const std::string text = given["for"].as<std::string>();
  const auto time = config::parse_duration(text);
  if (!time || *time < std::chrono::seconds(1)) throw Failure{usage, "\"" + text + "\" is not a time; examples: 30m, 2h, 24h"};
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*time).count());
}

}  // namespace

int scanners(const Words& words) {
  Verb verb{"postern scanners [--json]\n       postern scanners disable NAME --for TIME\n       postern scanners enable NAME", po::options_description("Options"), "what"};
  verb.options.add_options()("json", "one JSON array")("for", po::value<std::string>()->default_value("1h"), "for how long it is not asked")(
      "what", po::value<std::vector<std::string>>(), "disable NAME, enable NAME");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const auto what = given.count("what") ? given["what"].as<std::vector<std::string>>() : std::vector<std::string>();
    std::string request = given.count("json") ? "scanners json" : "scanners";
    if (what.size() == 2 && what[0] == "disable") request = "scanners disable " + what[1] + " " + seconds(given);
    else if (what.size() == 2 && what[0] == "enable") request = "scanners enable " + what[1];
    else if (!what.empty()) throw Failure{usage, "\"disable NAME\" or \"enable NAME\", or nothing for a list"};
    return ask_daemon(*load_configuration(given), request);
  });
}

}  // namespace postern::cli
