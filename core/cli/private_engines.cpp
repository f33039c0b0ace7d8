// SPDX-License-Identifier: MIT
#include "cli/private_engines.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/log.h"
#include "cli/command_line.h"
#include "daemon/scoreboard.h"
#include "postern/support/stream.h"

namespace postern::cli {
namespace {

bool answers(const std::string& socket) {
  const auto endpoint = support::Endpoint::parse("unix:" + socket);
  if (!endpoint) return false;
  try {
    support::Stream::connect(*endpoint, support::Deadline::in(std::chrono::seconds(1)));
    return true;
  } catch (const support::StreamError&) {
    return false;
  }
}

}  // namespace

PrivateEngines::PrivateEngines(const config::Configuration& configuration) {
  is_private_ = !answers(configuration.daemon.control_socket);
  if (!is_private_) {
    directory_ = configuration.daemon.runtime_directory + "/engines";
    return;
  }
  std::string name = "/tmp/postern-engines-XXXXXX";
  if (!::mkdtemp(name.data())) throw Failure{unavailable, "cannot make a temporary directory in /tmp"};
  directory_ = name;
}

PrivateEngines::~PrivateEngines() {
  if (engines_) engines_->end_all();
  if (!is_private_) return;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void PrivateEngines::start(const std::vector<plugin::EngineOrder>& orders) {
  if (!is_private_ || orders.empty()) return;
  base::log::open({base::log::Level::warning, ""}, "explain");
  engines_.emplace(daemon::Scoreboard::create(), std::nullopt);
  engines_->want(orders);
  for (const plugin::EngineOrder& order : orders) {
    std::cerr << "postern: posternd is not running; starting " << order.instance << "'s engine for this one mail\n";
    const auto until = support::Deadline::in(order.start_timeout);
    while (!answers(order.socket)) {
      int status = 0;
      if (const pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0) engines_->reaped(pid, status);
      if (until.passed()) throw Failure{unavailable, "the engine of " + order.instance + " does not start; what it said is in " + order.directory + "/engine.out"};
      ::usleep(100 * 1000);
    }
  }
}

}  // namespace postern::cli
