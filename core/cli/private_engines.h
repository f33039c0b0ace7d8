// SPDX-License-Identifier: MIT
// Scanner daemons for a tool that examines a mail by itself: those of the running posternd where there is one, else private ones
// in a temporary directory that end with the tool.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "daemon/engines.h"
#include "plugin/registry.h"

namespace postern::cli {

class PrivateEngines {
 public:
  explicit PrivateEngines(const config::Configuration& configuration);
  PrivateEngines(const PrivateEngines&) = delete;
  PrivateEngines& operator=(const PrivateEngines&) = delete;
  ~PrivateEngines();

  const std::string& directory() const { return directory_; }
  // Starts what nobody runs yet and waits until it answers, saying so on standard error. Throws Failure{unavailable}.
  void start(const std::vector<plugin::EngineOrder>& orders);

 private:
  std::string directory_;
  bool is_private_ = false;
  std::optional<daemon::Engines> engines_;
};

}  // namespace postern::cli
