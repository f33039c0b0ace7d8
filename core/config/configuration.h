// SPDX-License-Identifier: MIT
// Everything the administrator decided, as one immutable value. Read once per generation; whoever needs a piece gets it
// through its constructor. load() never throws for bad input: it returns problems with file:line:column and a hint.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/origin.h"
#include "deliver/courier.h"
#include "judge/header_checks.h"
#include "plugin/settings.h"
#include "policy/policy.h"
#include "receive/settings.h"
#include "scan/settings.h"

namespace postern::config {

struct DaemonSettings {
  std::string user = "postern";  // [daemon] user: for everything but the master, when started as root
  std::string engine_user;       // [daemon] engine-user: for managed engines; empty: like user
  std::string runtime_directory = "/run/postern";
  std::string control_socket;  // default: <runtime-directory>/control.sock
  uint32_t workers = 8;
  uint64_t worker_memory = 1ull << 30;  // what one worker may allocate, beyond what its plug-ins have prepared
  base::log::Settings log;  // [log] level, file
  std::string mail_log;     // [log] mail-json: file for the JSON lines; empty: none
};

struct Configuration {
  std::string file;  // the main file; empty: built-in defaults
  DaemonSettings daemon;
  receive::Settings receive;
  deliver::CourierSettings deliver;
  scan::Settings scan;
  policy::Policy policy;
  judge::HeaderChecks header_checks;
  std::string quarantine_directory = "/var/lib/postern/quarantine";
  std::vector<plugin::InstanceSettings>
      instances;                         // in the order of the file; the shipped defaults where it names none of a kind
  std::vector<std::string> plugin_path;  // searched before the built-in directory

  // Where plug-ins are looked for, in this order.
  std::vector<std::string> plugin_directories(const std::string& built_in) const {
    std::vector<std::string> all = plugin_path;
    all.push_back(built_in);
    return all;
  }
};

struct Loaded {
  std::shared_ptr<const Configuration> configuration;  // null when there are errors
  std::vector<base::Problem> problems;                 // sorted by place
};

// Reads file and then the *.toml of the folder conf.d beside it, in the order of their names. A missing file is an
// error, unless the name is empty: then the built-in defaults are the configuration.
Loaded load(const std::string& file);

// "file:12:3: error: unknown key \"polcy\"\n    did you mean \"policy\"?"
std::string text(const base::Problem& problem);

}  // namespace postern::config
