// SPDX-License-Identifier: MIT
// The real posternd for a test: its own configuration, directory and loopback port, ready when constructed, gone with
// its directory when destructed. Started as root, everything but its master runs as nobody. What it logs is kept in
// memory. Errors: std::runtime_error with what was waited for and the log.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/process.h"

namespace postern::testing {

// A directory of one's own under /tmp that other users may enter, removed with this value.
class Directory {
 public:
  explicit Directory(const std::string& name = "test");  // /tmp/postern-NAME-XXXXXX
  ~Directory();
  Directory(const Directory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes a file, readable for all; returns its path.
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

// A port of 127.0.0.1 on which nobody listened a moment ago.
uint16_t free_port();

struct DaemonOptions {
  std::string next_hop = {};  // RecordingNextHop::endpoint()
  std::string clamd = {};     // Clamd::socket(); empty: as shipped (a managed clamd), or a scanner of `extra`
  std::string extra = {};     // conf.d/test.toml: laid over what we write, so it may hold the same tables again;
                              // "{runtime}" in it becomes runtime()
  std::string listener = {};  // further keys of the listener: deadline = "90s"
  unsigned workers = 2;
  std::string shipped = {};   // the main file, instead of our own; what must be private to the test is laid over it
  uint16_t port = 0;          // of the listener, 0: one that is free; a shipped file names its own
  std::string name = "test";  // of its directory
  Time time_to_start = std::chrono::seconds(60);
};

class Daemon {
 public:
  explicit Daemon(DaemonOptions options = {});
  ~Daemon();

  // ---- where it is
  uint16_t port() const { return port_; }
  std::string address() const;  // "127.0.0.1:PORT"
  const std::filesystem::path& directory() const { return directory_.path(); }
  static std::string unprivileged_user();  // started as root: for everything but the master
  std::string config_file() const;         // the main one
  std::filesystem::path quarantine() const { return directory() / "quarantine"; }
  std::filesystem::path runtime() const { return directory() / "run"; }
  std::string control_socket() const { return runtime() / "control.sock"; }

  // ---- how it is
  nlohmann::json status() const;  // "status json" through the control socket
  std::string status_text() const;
  // Asks for the status until it is so; throws after limit. `what` is for the message.
  nlohmann::json wait_until(const std::string& what, const std::function<bool(const nlohmann::json&)>& is_so,
                            Time limit = std::chrono::seconds(30)) const;
  void wait_for_scanners(Time limit = std::chrono::seconds(60)) const;  // until each is up or degraded
  void wait_for_idle_workers(size_t count, Time limit = std::chrono::seconds(30)) const;
  std::string log() const { return process_->log(); }
  // Throws after limit. Returns where the text was found, for "and after that".
  size_t wait_for_log(const std::string& text, size_t from = 0, Time limit = std::chrono::seconds(30)) const;
  std::vector<nlohmann::json> mail_log() const;  // the JSON lines, one for each mail

  // ---- its processes
  pid_t pid() const { return process_->pid(); }
  std::vector<pid_t> receptions() const;  // one, and more while old ones drain
  std::vector<pid_t> generations() const;
  std::vector<pid_t> workers() const;    // of all generations
  std::vector<pid_t> unpackers() const;  // of all workers
  bool is_running() const { return process_->is_running(); }

  // ---- what is done to it
  void configure(const std::string& extra);         // writes conf.d/test.toml anew; reload() makes it count
  void hang_up();                                   // SIGHUP and nothing else
  void reload();                                    // SIGHUP, and waits until the next generation serves
  int stop(Time limit = std::chrono::seconds(70));  // SIGTERM, and waits; the exit code
  void terminate();                                 // SIGTERM and nothing else
  int wait(Time limit);                             // until it has ended; the exit code

  // Runs the program postern with these words and our --config; runs as we do.
  Ended postern(std::vector<std::string> words, const std::string& input = {}) const;
  std::string file(const std::string& name, const std::string& content) const { return directory_.file(name, content); }

 private:
  std::string main_file() const;
  std::string private_places() const;
  std::string mail_log_file() const;
  std::string ask(const std::string& request) const;
  [[noreturn]] void fail(const std::string& what) const;

  DaemonOptions options_;
  Directory directory_;
  uint16_t port_;
  std::unique_ptr<Process> process_;
};

// Of the build: posternd, postern, postern-plugin.
std::string program(const std::string& name);

}  // namespace postern::testing
