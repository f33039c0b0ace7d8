// SPDX-License-Identifier: MIT
#include "plugin/host.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "base/fibers.h"
#include "base/install.h"
#include "base/log.h"
#include "plugin/handles.h"
#include "plugin/spawn.h"
#include "postern/verdicts.h"
#include "postern/wait.h"

namespace postern::plugin {
namespace {

// Structs of ABI 1.0; a caller's may be longer, never shorter.
constexpr uint32_t value_size = 32, info_size = 80, child_size = 104, finding_size = 56;
static_assert(sizeof(postern_value) == value_size && sizeof(postern_part_info) == info_size);
static_assert(sizeof(postern_child) == child_size && offsetof(postern_finding, recipient) == finding_size);

constexpr uint32_t most_findings = 10'000;  // of one job
constexpr size_t longest_name = 1024, longest_text = 64 * 1024, longest_reason = 4096;

std::string_view view_of(postern_bytes bytes) {
  return bytes.ptr ? std::string_view(static_cast<const char*>(bytes.ptr), bytes.len) : std::string_view();
}
std::string_view view_of(const char* text, size_t length) {
  return text ? std::string_view(text, length) : std::string_view();
}
postern_bytes bytes_of(std::string_view text) {
  return {text.data(), text.size()};
}

bool is_sane(postern_bytes bytes) {
  return bytes.ptr || bytes.len == 0;
}

postern_rc wrong(const char* function, std::string_view what, postern_rc rc = POSTERN_E_ARGUMENT) {
  contract_violation(function, what);
  return rc;
}

// Runs act on the job behind the handle. What the room's view throws waits in the job until the plug-in has returned.
template <class Act>
postern_rc with_job(const char* function, postern_job handle, Act act) noexcept {
  try {
    const JobLock job(handle);
    if (!job) return wrong(function, "stale job handle", POSTERN_E_STALE);
    try {
      return act(*job);
    } catch (const std::bad_alloc&) {
      job->failure = std::current_exception();
      return POSTERN_E_MEMORY;
    } catch (...) {
      job->failure = std::current_exception();
      return POSTERN_E_IO;
    }
  } catch (...) {
    return POSTERN_E_MEMORY;
  }
}

// The same with one of the job's parts.
template <class Act>
postern_rc with_part(const char* function, postern_job handle, postern_part part, Act act) noexcept {
  return with_job(function, handle, [&](JobRecord& job) -> postern_rc {
    const auto index = job.part_index(part);
    if (!index) return wrong(function, "stale part handle", POSTERN_E_STALE);
    return act(job, *index);
  });
}

template <class Act>
postern_rc with_instance(const char* function, postern_inst handle, Act act) noexcept {
  try {
    const auto instance = find_instance(handle);
    if (!instance) return wrong(function, "stale instance handle", POSTERN_E_STALE);
    return act(*instance);
  } catch (...) {
    return POSTERN_E_MEMORY;
  }
}

postern_rc set_text(postern_value& out, std::string_view text) {
  out.type = POSTERN_T_STRING;
  out.i = 0;
  out.s = bytes_of(text);
  return POSTERN_OK;
}

postern_rc set_number(JobRecord& job, postern_value& out, uint64_t number) {
  out.type = POSTERN_T_INT;
  out.i = static_cast<int64_t>(number);
  out.s = bytes_of(job.keep(std::to_string(number)));
  return POSTERN_OK;
}

// ---- verdicts

postern_rc known(postern_inst, postern_job handle, postern_part part) {
  return with_part("known", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc { return job.view->known(index) ? 1 : 0; });
}

// A job that has lost a finding has no complete verdict on anything.
postern_rc examined(postern_inst, postern_job handle, postern_part part) {
  return with_part("examined", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (job.lost_finding.empty()) job.view->examined(index);
    return POSTERN_OK;
  });
}

const postern_verdicts& verdicts_service() {
  static const postern_verdicts table = {sizeof(postern_verdicts), 0, known, examined};
  return table;
}

// ---- waiting

int32_t wait(pollfd* descriptors, uint64_t count, int32_t milliseconds) { return base::poll(descriptors, count, milliseconds); }
int32_t wait_for_the_last(pollfd* descriptors, uint64_t count, int32_t milliseconds) { return base::poll_last(descriptors, count, milliseconds); }

const postern_wait& wait_service() {
  static const postern_wait table = {sizeof(postern_wait), 0, wait, wait_for_the_last};
  return table;
}

// ---- the instance

const void* service(postern_inst self, const char* id) {
  const void* found = nullptr;
  with_instance("service", self, [&](InstanceRecord& instance) -> postern_rc {
    if (id && instance.may_spawn && std::string_view(id) == POSTERN_SPAWN) found = &spawn_service();
    if (id && instance.settings.kind == Kind::scanner && std::string_view(id) == POSTERN_VERDICTS) found = &verdicts_service();
    if (id && std::string_view(id) == POSTERN_WAIT) found = &wait_service();
    return POSTERN_OK;
  });
  return found;
}

base::log::Level log_level(int32_t level) {
  static constexpr base::log::Level levels[] = {base::log::Level::debug, base::log::Level::info,
                                                base::log::Level::notice, base::log::Level::warning,
                                                base::log::Level::error};
  return levels[std::clamp(level, 0, 4)];
}

void log(postern_inst self, postern_job, int32_t level, const char* text, size_t len) {
  with_instance("log", self, [&](InstanceRecord& instance) -> postern_rc {
    uint64_t suppressed = 0;
    {
      const std::scoped_lock lock(instance.mutex);
      if (!instance.log_limit.admits(suppressed)) return POSTERN_OK;
    }
    const std::string who = std::string(name(instance.settings.kind)) + " \"" + instance.settings.name + "\": ";
    if (suppressed > 0) base::log::warning(who + std::to_string(suppressed) + " lines of it were left out");
    base::log::write(log_level(level), who + base::log::printable(view_of(text, len)));
    return POSTERN_OK;
  });
}

// An error must never become a success on its way, so a reason with a code of success is a failure.
postern_rc fail(postern_inst self, postern_job handle, postern_rc rc, const char* text, size_t len) {
  const postern_rc failure = rc < 0 ? rc : wrong("fail", "called with a code of success", POSTERN_E_FAIL);
  const std::string_view reason = view_of(text, len).substr(0, longest_reason);
  postern_rc kept = POSTERN_OK;
  if (handle == 0) {
    kept = with_instance("fail", self, [&](InstanceRecord& instance) -> postern_rc {
      const std::scoped_lock lock(instance.mutex);
      instance.reason = reason;
      return POSTERN_OK;
    });
  } else {
    kept = with_job("fail", handle, [&](JobRecord& job) -> postern_rc {
      if (job.instance->handle != self) return wrong("fail", "job of another instance", POSTERN_E_STALE);
      job.reason = reason;
      return POSTERN_OK;
    });
  }
  return kept < 0 ? kept : failure;
}

void metric(postern_inst self, uint32_t index, int64_t value) {
  with_instance("metric", self, [&](InstanceRecord& instance) -> postern_rc {
    const std::scoped_lock lock(instance.mutex);
    if (index >= instance.plugin->metric_count) return wrong("metric", "index past the table");
    const auto* first = reinterpret_cast<const char*>(instance.plugin->metrics);
    const auto* declared =
        reinterpret_cast<const postern_metric*>(first + size_t{index} * instance.plugin->metric_stride);
    instance.metrics.resize(instance.plugin->metric_count);
    if (declared->kind == POSTERN_GAUGE)
      instance.metrics[index] = value;
    else
      instance.metrics[index] += value;
    return POSTERN_OK;
  });
}

postern_rc option(postern_inst self, const char* name, uint32_t nth, postern_value* out) {
  return with_instance("option", self, [&](InstanceRecord& instance) -> postern_rc {
    if (!name || !out || out->size < value_size) return wrong("option", "no name, or a value of an impossible size");
    const CheckedOption* found = instance.options.find(name);
    if (!found)
      return wrong("option", "\"" + base::log::printable(name, 80) + "\" was not declared", POSTERN_E_NOTFOUND);
    if (nth >= found->values.size()) return POSTERN_E_NOTFOUND;
    out->type = found->type;
    out->i = found->values[nth].number;
    out->s = bytes_of(found->values[nth].text);
    return POSTERN_OK;
  });
}

void option_error(postern_inst self, const char* name, uint32_t nth, const char* text, size_t len) {
  with_instance("option_error", self, [&](InstanceRecord& instance) -> postern_rc {
    const std::string option_name = name ? base::log::printable(name, 80) : std::string("?");
    base::Origin origin = instance.settings.origin;
    if (const CheckedOption* found = name ? instance.options.find(name) : nullptr)
      if (nth < found->values.size() && !found->values[nth].origin.file.empty()) origin = found->values[nth].origin;
    const std::scoped_lock lock(instance.mutex);
    add_error(instance.blamed, "PLUGIN-OPTION-REFUSED",
              std::string(plugin::name(instance.settings.kind)) + " \"" + instance.settings.name +
                  "\": " + option_name + ": " + base::log::printable(view_of(text, len)),
              {}, origin);
    return POSTERN_OK;
  });
}

// ---- the job

int64_t time_left(postern_job handle) {
  int64_t left = 0;
  const postern_rc rc = with_job("time_left", handle, [&](JobRecord& job) -> postern_rc {
    left = job.view->deadline().left().count();
    return POSTERN_OK;
  });
  return rc < 0 ? 0 : left;
}

postern_rc part_attr(JobRecord& job, postern_part part, std::string_view fact, uint32_t nth, postern_value& out) {
  const auto index = job.part_index(part);
  if (!index) return wrong("attr", "stale part handle", POSTERN_E_STALE);
  const mail::Part& facts = job.view->part(*index);
  if (fact == "part.name")
    return nth < facts.names.size() ? set_text(out, job.keep(facts.names[nth])) : POSTERN_E_NOTFOUND;
  if (nth > 0) return POSTERN_E_NOTFOUND;
  if (fact == "part.path") return set_text(out, job.keep(facts.path));
  if (fact == "part.encoding")
    return facts.encoding.empty() ? POSTERN_E_NOTFOUND : set_text(out, job.keep(facts.encoding));
  if (fact == "part.offset") return set_number(job, out, facts.raw_offset);
  if (fact == "part.defects")
    return set_number(job, out, static_cast<uint64_t>(std::count_if(facts.defects.begin(), facts.defects.end(), [](const mail::Defect& d) { return d.kind != mail::DefectKind::note; })));
  return POSTERN_E_NOTFOUND;
}

postern_rc attr(postern_job handle, postern_part part, const char* fact, uint32_t nth, postern_value* out) {
  return with_job("attr", handle, [&](JobRecord& job) -> postern_rc {
    if (!fact || !out || out->size < value_size) return wrong("attr", "no name, or a value of an impossible size");
    if (std::string_view(fact).starts_with("part.")) return part_attr(job, part, fact, nth, *out);
    std::string value;
    if (!job.view->fact(fact, nth, &value)) return POSTERN_E_NOTFOUND;
    return set_text(*out, job.keep(std::move(value)));
  });
}

postern_rc note(postern_job handle, postern_part part, const char* fact, postern_bytes value) {
  return with_job("note", handle, [&](JobRecord& job) -> postern_rc {
    if (!fact || !*fact || !is_sane(value) || value.len > longest_text)
      return wrong("note", "no name, or an impossible value");
    const auto index = part == 0 ? std::optional<uint32_t>(0) : job.part_index(part);
    if (!index) return wrong("note", "stale part handle", POSTERN_E_STALE);
    job.view->note(*index, fact, view_of(value));
    return POSTERN_OK;
  });
}

// What was wrong with a finding is remembered: if it is lost, the job must not look clean.
postern_rc take_finding(JobRecord& job, const postern_finding* finding, std::string& why) {
  if (!finding || finding->size < finding_size)
    why = "a finding of an impossible size";
  else if (!is_sane(finding->name) || !is_sane(finding->text) || finding->name.len == 0)
    why = "a finding without a name";
  else if (finding->category < POSTERN_CAT_MALWARE || finding->category > POSTERN_CAT_UNSUPPORTED)
    why = "a finding of the unknown category " + std::to_string(finding->category);
  else if (finding->part != 0 && !job.part_index(finding->part))
    why = "a finding with a stale part handle";
  else if (job.findings >= most_findings)
    why = "more than " + std::to_string(most_findings) + " findings";
  if (!why.empty())
    return finding && finding->part != 0 && !job.part_index(finding->part) ? POSTERN_E_STALE : POSTERN_E_ARGUMENT;
  ++job.findings;
  mail::Finding taken;
  taken.category = finding->category;
  taken.score = finding->score;
  taken.flags = finding->flags;
  taken.part = finding->part == 0 ? 0 : *job.part_index(finding->part);
  taken.name = view_of(finding->name).substr(0, longest_name);
  taken.text = view_of(finding->text).substr(0, longest_text);
  if (POSTERN_HAS(finding, recipient)) taken.recipient = finding->recipient;
  job.view->finding(std::move(taken));
  return POSTERN_OK;
}

postern_rc finding(postern_job handle, const postern_finding* found) {
  return with_job("finding", handle, [&](JobRecord& job) -> postern_rc {
    std::string why;
    const postern_rc rc = take_finding(job, found, why);
    if (rc == POSTERN_OK) return rc;
    job.lost_finding = why;
    return wrong("finding", why, rc);
  });
}

// ---- the tree

postern_rc part_info(postern_job handle, postern_part part, postern_part_info* out) {
  return with_part("part_info", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (!out || out->size < info_size) return wrong("part_info", "a struct of an impossible size");
    const mail::Part& facts = job.view->part(index);
    auto texts = job.part_texts.find(index);
    if (texts == job.part_texts.end())
      texts = job.part_texts
                  .emplace(index, JobRecord::PartTexts{facts.declared_type, facts.detected_type,
                                                       facts.names.empty() ? std::string() : facts.names.front()})
                  .first;
    out->depth = facts.depth;
    out->bytes = facts.size;
    out->parent = index == 0 ? 0 : job.part_handle(facts.parent);
    out->children = job.view->child_count(index);
    out->flags = facts.flags;
    out->mime_type = bytes_of(texts->second.mime_type);
    out->detected = bytes_of(texts->second.detected);
    out->name = bytes_of(texts->second.name);
    return POSTERN_OK;
  });
}

postern_rc part_child(postern_job handle, postern_part part, uint32_t nth, postern_part* out) {
  return with_part("part_child", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (!out) return wrong("part_child", "no place for the answer");
    if (nth >= job.view->child_count(index)) return POSTERN_E_NOTFOUND;
    *out = job.part_handle(job.view->child(index, nth));
    return POSTERN_OK;
  });
}

postern_rc part_map(postern_job handle, postern_part part, postern_bytes* out) {
  return with_part("part_map", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (!out) return wrong("part_map", "no place for the answer");
    *out = bytes_of(job.view->bytes(index));
    return POSTERN_OK;
  });
}

int64_t part_read(postern_job handle, postern_part part, uint64_t offset, void* buffer, size_t len) {
  int64_t copied = 0;
  const postern_rc rc = with_part("part_read", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (!buffer && len > 0) return wrong("part_read", "no place for the answer");
    const std::string_view all = job.view->bytes(index);
    if (offset >= all.size()) return POSTERN_OK;
    const std::string_view piece = all.substr(offset, len);
    if (!piece.empty()) std::memcpy(buffer, piece.data(), piece.size());
    copied = static_cast<int64_t>(piece.size());
    return POSTERN_OK;
  });
  return rc < 0 ? rc : copied;
}

postern_rc part_fd(postern_job handle, postern_part part, int32_t* out) {
  return with_part("part_fd", handle, part, [&](JobRecord& job, uint32_t index) -> postern_rc {
    if (!out) return wrong("part_fd", "no place for the answer");
    const int fd = job.view->descriptor(index);
    if (fd < 0) return POSTERN_E_DENIED;
    *out = fd;
    return POSTERN_OK;
  });
}

// ---- decoders

bool is_decoder(const JobRecord& job) {
  return job.instance->settings.kind == Kind::decoder;
}

// After the first refusal for the mail's budget every further call is refused too, whatever the view says.
postern_rc counted(JobRecord& job, postern_rc rc) {
  if (rc == POSTERN_E_QUOTA) job.quota_reached = true;
  return rc;
}

postern_rc child_open(postern_job handle, const postern_child* child, postern_sink* out) {
  return with_job("child_open", handle, [&](JobRecord& job) -> postern_rc {
    if (!is_decoder(job)) return POSTERN_E_UNSUPPORTED;
    if (!child || !out || child->size < child_size) return wrong("child_open", "a struct of an impossible size");
    if (!is_sane(child->name) || !is_sane(child->mime_type) || !is_sane(child->encoding) || !is_sane(child->role))
      return wrong("child_open", "text without an address");
    if (job.quota_reached) return POSTERN_E_QUOTA;
    if (job.sink_is_open) return wrong("child_open", "another child is still open");
    const auto parent = job.part_index(child->parent);
    if (!parent) return wrong("child_open", "stale part handle", POSTERN_E_STALE);
    if (*parent != job.part && std::find(job.made.begin(), job.made.end(), *parent) == job.made.end())
      return wrong("child_open", "the parent is neither the job's part nor a child it made");
    const postern_rc rc = job.view->child_open({*parent, child->flags, view_of(child->name), view_of(child->mime_type),
                                                view_of(child->encoding), view_of(child->role), child->offset,
                                                child->length, child->expected});
    if (rc < 0) return counted(job, rc);
    ++job.sinks;
    job.sink_is_open = true;
    job.sink_parent = *parent;
    *out = job.sink_handle();
    return POSTERN_OK;
  });
}

template <class Act>
postern_rc with_sink(const char* function, postern_job handle, postern_sink sink, Act act) noexcept {
  return with_job(function, handle, [&](JobRecord& job) -> postern_rc {
    if (!is_decoder(job)) return POSTERN_E_UNSUPPORTED;
    if (!job.sink_is_open || sink != job.sink_handle()) return wrong(function, "stale sink handle", POSTERN_E_STALE);
    return act(job);
  });
}

postern_rc child_write(postern_job handle, postern_sink sink, const void* data, size_t len) {
  return with_sink("child_write", handle, sink, [&](JobRecord& job) -> postern_rc {
    if (!data && len > 0) return wrong("child_write", "bytes without an address");
    if (job.quota_reached) return POSTERN_E_QUOTA;
    return counted(job, job.view->child_write(view_of(static_cast<const char*>(data), len)));
  });
}

postern_rc child_slice(postern_job handle, postern_sink sink, uint64_t offset, uint64_t len) {
  return with_sink("child_slice", handle, sink, [&](JobRecord& job) -> postern_rc {
    const uint64_t size = job.view->bytes(job.sink_parent).size();
    if (offset > size || len > size - offset) return wrong("child_slice", "a range outside of the parent");
    if (job.quota_reached) return POSTERN_E_QUOTA;
    return counted(job, job.view->child_slice(offset, len));
  });
}

// Closing is never refused: what was written must become a part, or it would vanish.
postern_rc child_close(postern_job handle, postern_sink sink, uint32_t flags, postern_part* out) {
  return with_sink("child_close", handle, sink, [&](JobRecord& job) -> postern_rc {
    job.sink_is_open = false;
    uint32_t index = 0;
    const uint32_t cut = job.quota_reached ? uint32_t{POSTERN_PART_TRUNCATED} : 0;
    const postern_rc rc = job.view->child_close(flags | cut, &index);
    if (rc < 0) return counted(job, rc);
    job.made.push_back(index);
    if (out) *out = job.part_handle(index);
    return job.quota_reached ? POSTERN_E_QUOTA : POSTERN_OK;
  });
}

}  // namespace

const postern_host& host_table() {
  static const postern_host table = {sizeof(postern_host),
                                     POSTERN_ABI,
                                     "postern",
                                     base::version(),
                                     service,
                                     log,
                                     fail,
                                     metric,
                                     option,
                                     option_error,
                                     time_left,
                                     attr,
                                     note,
                                     finding,
                                     part_info,
                                     part_child,
                                     part_map,
                                     part_read,
                                     part_fd,
                                     child_open,
                                     child_write,
                                     child_slice,
                                     child_close};
  return table;
}

std::vector<int64_t> metric_values(const Instance& instance) {
  const auto record = find_instance(instance.handle);
  if (!record) return {};
  const std::scoped_lock lock(record->mutex);
  std::vector<int64_t> values = record->metrics;
  values.resize(instance.plugin->metric_count);
  return values;
}

bool is_known(postern_rc rc) {
  switch (rc) {
    case POSTERN_OK:
    case POSTERN_PARTIAL:
    case POSTERN_E_FAIL:
    case POSTERN_E_CONFIG:
    case POSTERN_E_MEMORY:
    case POSTERN_E_IO:
    case POSTERN_E_TIMEOUT:
    case POSTERN_E_QUOTA:
    case POSTERN_E_STALE:
    case POSTERN_E_ARGUMENT:
    case POSTERN_E_UNSUPPORTED:
    case POSTERN_E_BROKEN:
    case POSTERN_E_ENCRYPTED:
    case POSTERN_E_UNAVAILABLE:
    case POSTERN_E_NOTFOUND:
    case POSTERN_E_DENIED:
      return true;
    default:
      return false;
  }
}

std::string rc_text(postern_rc rc) {
  switch (rc) {
    case POSTERN_OK:
      return "success";
    case POSTERN_PARTIAL:
      return "not all of the content was examined";
    case POSTERN_E_FAIL:
      return "failed without a reason";
    case POSTERN_E_CONFIG:
      return "the configuration is not usable";
    case POSTERN_E_MEMORY:
      return "out of memory";
    case POSTERN_E_IO:
      return "input or output failed";
    case POSTERN_E_TIMEOUT:
      return "the time was over";
    case POSTERN_E_QUOTA:
      return "a limit of the host was reached";
    case POSTERN_E_STALE:
      return "a stale handle was used";
    case POSTERN_E_ARGUMENT:
      return "a wrong argument was used";
    case POSTERN_E_UNSUPPORTED:
      return "not supported";
    case POSTERN_E_BROKEN:
      return "the content is malformed";
    case POSTERN_E_ENCRYPTED:
      return "the content is encrypted";
    case POSTERN_E_UNAVAILABLE:
      return "the engine is not available";
    case POSTERN_E_NOTFOUND:
      return "not found";
    case POSTERN_E_DENIED:
      return "a capability was not granted";
    default:
      return "returned the unknown code " + std::to_string(rc);
  }
}

}  // namespace postern::plugin
