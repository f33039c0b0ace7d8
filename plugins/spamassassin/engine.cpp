// SPDX-License-Identifier: MIT
#include "engine.h"

#include <unistd.h>

#include "protocol.h"

namespace postern::spamassassin {
namespace {

constexpr const char* spamd = "/usr/sbin/spamd";

}  // namespace

std::optional<Engine> managed_engine(const Config& config, std::string_view) {
  if (config.has("server")) return std::nullopt;
  if (::access(spamd, X_OK) != 0) throw Error(POSTERN_E_CONFIG, "spamd is not installed: apt-get install spamd spamassassin");
  Engine engine;
  const std::string children = std::to_string(config.number("children"));
  engine.argv = {spamd,           "--socketpath={socket}",      "--socketmode=0666", "--max-children=" + children, "--min-children=1",
                 "--syslog=stderr", "--helper-home-dir={directory}", "--nouser-config",  "--allow-tell"};
  if (!config.flag("network-tests")) engine.argv.emplace_back("--local");
  for (const std::string& line : report_template()) engine.argv.push_back("--cf=" + line);
  engine.argv.emplace_back("--cf=bayes_path {directory}/bayes");
  engine.endpoint_option = "server";
  engine.start_timeout = std::chrono::minutes(2);  // it compiles its rules first
  return engine;
}

}  // namespace postern::spamassassin
