// SPDX-License-Identifier: MIT
#include "plugin/job.h"

#include <algorithm>
#include <utility>

#include "plugin/handles.h"
#include "plugin/host.h"

namespace postern::plugin {
namespace {

constexpr int unsure = 50;

// What a thrown thing says of itself; it should not have come through C at all.
std::string thrown_text() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return std::string("an exception left the plug-in: ") + exception.what();
  } catch (...) {
    return "an exception left the plug-in";
  }
}

void broke_contract(const Instance& instance, const char* function, const std::string& what) {
  contract_violation(std::string(name(instance.settings.kind)) + " \"" + instance.name() + "\", " + function, what);
}

// With what was written so far, so that no byte that was seen is lost. A failure may leave it to us, a success may not.
void close_open_sink(JobRecord& job, bool failed) {
  if (!std::exchange(job.sink_is_open, false)) return;
  if (!failed) broke_contract(*job.instance, "run", "a child was left open");
  uint32_t part = 0;
  job.view->child_close(POSTERN_PART_TRUNCATED, &part);
}

// The plug-in's word, unless we know better: a success with something lost is none.
CallResult judged(const char* function, postern_rc rc, JobRecord& job) {
  if (!is_known(rc)) {
    broke_contract(*job.instance, function, rc_text(rc));
    return {POSTERN_E_FAIL, rc_text(rc)};
  }
  if (rc >= 0 && !job.lost_finding.empty()) return {POSTERN_E_FAIL, job.lost_finding + " could not be taken"};
  if (rc >= 0 && job.quota_reached) return {POSTERN_E_QUOTA, rc_text(POSTERN_E_QUOTA)};
  if (rc >= 0) return {rc, {}};
  return {rc, job.reason.empty() ? rc_text(rc) : std::move(job.reason)};
}

template <class Function>
CallResult call(const char* function, const Instance& instance, JobView& view, uint32_t part, Function enter) {
  JobScope scope(instance, view, part);
  if (!scope.is_open()) return {POSTERN_E_FAIL, "too many plug-in calls at once in this process"};
  std::string thrown;
  postern_rc rc = POSTERN_E_FAIL;
  try {
    rc = enter(scope.handle(), scope.record().part_handle(part));
  } catch (...) {
    thrown = thrown_text();
  }
  JobRecord& job = scope.end();
  close_open_sink(job, rc < 0);
  if (job.failure) std::rethrow_exception(job.failure);
  if (!thrown.empty()) {
    broke_contract(instance, function, thrown);
    return {POSTERN_E_FAIL, thrown};
  }
  return judged(function, rc, job);
}

}  // namespace

CallResult run(const Instance& instance, JobView& view, uint32_t part) {
  return call("run", instance, view, part, [&](postern_job job, postern_part p) { return instance.worker->run(instance.self, job, p); });
}

CallResult learn(const Instance& instance, JobView& view, int32_t kind) {
  if (!instance.learn) return {POSTERN_E_UNSUPPORTED, "cannot be taught"};
  return call("learn", instance, view, 0, [&](postern_job job, postern_part p) { return instance.learn->learn(instance.self, job, p, kind); });
}

int probe(const Instance& instance, JobView& view, uint32_t part) {
  if (!instance.worker->probe) return unsure;
  JobScope scope(instance, view, part);
  if (!scope.is_open()) return 0;
  int sure = 0;
  try {
    sure = instance.worker->probe(instance.self, scope.handle(), scope.record().part_handle(part));
  } catch (...) {
    broke_contract(instance, "probe", thrown_text());
  }
  JobRecord& job = scope.end();
  close_open_sink(job, false);
  if (job.failure) std::rethrow_exception(job.failure);
  return std::clamp(sure, 0, 100);
}

mail::ScanState scan_state(postern_rc rc) {
  switch (rc) {
    case POSTERN_OK:
      return mail::ScanState::answered;
    // The engine works, but this content it could not see to the end.
    case POSTERN_PARTIAL:
    case POSTERN_E_QUOTA:
    case POSTERN_E_BROKEN:
    case POSTERN_E_ENCRYPTED:
      return mail::ScanState::partial;
    case POSTERN_E_UNAVAILABLE:
      return mail::ScanState::unavailable;
    case POSTERN_E_TIMEOUT:
      return mail::ScanState::timed_out;
    default:
      return mail::ScanState::failed;
  }
}

}  // namespace postern::plugin
