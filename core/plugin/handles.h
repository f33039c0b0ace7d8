// SPDX-License-Identifier: MIT
// What stands behind the numbers that plug-ins hold. A handle says its kind, its place and its generation, so one that
// is old, of another job, or invented is recognised and never followed. The functions of the ABI carry no context,
// hence these tables are the process's own: the only mutable globals of the room. [any]
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/instance.h"
#include "plugin/job.h"
#include "plugin/options.h"
#include "plugin/problems.h"
#include "postern/plugin.h"

namespace postern::plugin {

// Lets a burst through and counts the rest.
class LogLimit {
 public:
  // True: write. suppressed: how many were not written since the last one that was.
  bool admits(uint64_t& suppressed);

 private:
  static constexpr uint32_t burst = 50;
  static constexpr std::chrono::seconds window{10};
  std::chrono::steady_clock::time_point began_{};
  uint32_t written_ = 0;
  uint64_t suppressed_ = 0;
};

// The host's side of one instance. The strings that option() lends live here.
struct InstanceRecord {
  InstanceSettings settings;
  const postern_plugin* plugin = nullptr;
  CheckedOptions options;
  bool may_spawn = false;

  std::mutex mutex;    // for what follows
  std::string reason;  // of the last host->fail() that was not about a job
  Problems blamed;     // by option_error()
  LogLimit log_limit;
  std::vector<int64_t> metrics;
};

postern_inst add_instance(std::shared_ptr<InstanceRecord> record);
std::shared_ptr<InstanceRecord> find_instance(postern_inst handle);  // null: stale
void remove_instance(postern_inst handle);

// One call into a plug-in. Only touched under its slot's lock.
struct JobRecord {
  const Instance* instance = nullptr;
  JobView* view = nullptr;
  uint32_t part = 0;  // the job's own
  uint32_t tag = 0;   // generation, in every part and sink of the job

  std::string reason;          // from host->fail()
  std::string lost_finding;    // why a finding could not be taken: such a job has not succeeded
  std::exception_ptr failure;  // what the room's view threw: the machine's fault, rethrown when the plug-in is out
  uint32_t findings = 0;

  uint32_t sinks = 0;  // opened so far
  bool sink_is_open = false;
  uint32_t sink_parent = 0;
  bool quota_reached = false;
  std::vector<uint32_t> made;  // children closed by this job

  // Lent until the job ends: the tree's own strings move while a decoder makes parts.
  struct PartTexts {
    std::string mime_type, detected, name;
  };
  std::map<uint32_t, PartTexts> part_texts;
  std::deque<std::string> kept;
  const std::string& keep(std::string text) { return kept.emplace_back(std::move(text)); }

  postern_part part_handle(uint32_t index) const;
  std::optional<uint32_t> part_index(postern_part handle) const;
  postern_sink sink_handle() const;  // of the newest sink
};

// A job for the length of a call into the plug-in: its handle is valid while the object lives.
class JobScope {
 public:
  JobScope(const Instance& instance, JobView& view, uint32_t part);
  ~JobScope() { end(); }
  JobScope(const JobScope&) = delete;
  JobScope& operator=(const JobScope&) = delete;

  bool is_open() const { return handle_ != 0; }  // false: too many jobs at once
  postern_job handle() const { return handle_; }
  // The handle is dead afterwards, and no thread of the plug-in is inside a host function for it.
  JobRecord& end();
  JobRecord& record() { return record_; }

 private:
  JobRecord record_;
  postern_job handle_ = 0;
  bool ended_ = false;
};

// The job behind a handle, locked against other threads of the plug-in and against its end. False: stale.
class JobLock {
 public:
  explicit JobLock(postern_job handle);
  explicit operator bool() const { return record_ != nullptr; }
  JobRecord& operator*() const { return *record_; }
  JobRecord* operator->() const { return record_; }

 private:
  std::unique_lock<std::mutex> lock_;
  JobRecord* record_ = nullptr;
};

// A plug-in broke the contract: counted, and told in the log, with the function's name.
void contract_violation(std::string_view function, std::string_view what);
uint64_t contract_violations();

}  // namespace postern::plugin
