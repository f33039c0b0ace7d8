// SPDX-License-Identifier: MIT
// Opens plug-ins and makes instances of them, in the process that prepares a generation, or in the tools. Each step has its own
// message id: file, ELF, probe process, ABI, descriptor, options, validate(), engine, create(). A problem never throws: it is
// returned, and the instance is missing. [control]
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/origin.h"
#include "plugin/instance.h"
#include "plugin/settings.h"
#include "postern/engine.h"

namespace postern::plugin {

// A daemon to run for an instance, with {directory}, {config} and {socket} already replaced.
struct EngineOrder {
  std::string instance;   // "clamav"
  std::string directory;  // its own, writable for it
  std::string socket;
  std::vector<std::string> argv;
  std::string config_path, config;  // empty: none
  std::string notice;
  std::chrono::milliseconds start_timeout{60000};
};

struct RegistrySettings {
  std::vector<std::string> directories;  // searched in order for "<plugin>.so"
  bool check_ownership = true;           // refuse files that others could have replaced
  bool probe_process = true;             // open each file in a child first; a crash there is a refusal, not ours
  std::string engine_directory;          // where managed engines live, one folder an instance; empty: none can be managed
  bool create = true;                    // false: stop after validate(), for "check-config"
  const postern_host* host = nullptr;    // the functions plug-ins get; null: host_table(). Tools put a faulty one here
};

struct Prepared {
  std::vector<std::unique_ptr<Instance>> instances;  // in the order of the settings
  std::vector<EngineOrder> engines;
  std::vector<base::Problem> problems;

  bool has_errors() const;
  std::vector<const Instance*> of(Kind kind) const;
};

Prepared prepare(const std::vector<InstanceSettings>& settings, const RegistrySettings& registry);

// Gives an instance back to its plug-in. No call may be outstanding; what the plug-in throws is logged. [worker]
void destroy(Instance& instance);

// One problem as it is printed: "file:line:column: error: [PLUGIN-ABI-TOO-NEW] …", the hint on a line of its own.
std::string text(const base::Problem& problem);

}  // namespace postern::plugin
