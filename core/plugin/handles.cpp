// SPDX-License-Identifier: MIT
#include "plugin/handles.h"

#include <utility>

#include "base/log.h"

namespace postern::plugin {
namespace {

// Layout of a handle: kind (8 bits), generation, place.
constexpr uint64_t kind_shift = 56, part_tag_shift = 32, slot_bits = 16;
constexpr uint64_t instance_kind = 'I', job_kind = 'J', part_kind = 'P', sink_kind = 'S';
constexpr uint32_t tag_mask = 0xFFFFFF;  // 24 bits of the generation fit into parts and sinks
constexpr size_t most_jobs = 256;        // at once in one process: one per scanner thread

struct JobSlot {
  std::mutex mutex;
  postern_job handle = 0;
  JobRecord* record = nullptr;
};

struct Tables {
  std::mutex mutex;  // of everything but the slots, which have their own
  std::map<postern_inst, std::shared_ptr<InstanceRecord>> instances;
  uint64_t instance_generation = 0, job_generation = 0;
  std::vector<size_t> free_slots;
  std::array<JobSlot, most_jobs> slots;
  LogLimit violation_limit;
  std::atomic<uint64_t> violations{0};

  Tables() {
    for (size_t i = most_jobs; i-- > 0;) free_slots.push_back(i);
  }
};

// Never destroyed: a plug-in's thread may still ask at exit.
Tables& tables() {
  static auto* const all = new Tables;
  return *all;
}

}  // namespace

bool LogLimit::admits(uint64_t& suppressed) {
  const auto now = std::chrono::steady_clock::now();
  if (now - began_ >= window) {
    began_ = now;
    written_ = 0;
  }
  if (written_ >= burst) {
    ++suppressed_;
    return false;
  }
  ++written_;
  suppressed = std::exchange(suppressed_, 0);
  return true;
}

postern_inst add_instance(std::shared_ptr<InstanceRecord> record) {
  Tables& all = tables();
  const std::scoped_lock lock(all.mutex);
  const postern_inst handle = instance_kind << kind_shift | ++all.instance_generation;
  all.instances.emplace(handle, std::move(record));
  return handle;
}

std::shared_ptr<InstanceRecord> find_instance(postern_inst handle) {
  Tables& all = tables();
  const std::scoped_lock lock(all.mutex);
  const auto found = all.instances.find(handle);
  return found == all.instances.end() ? nullptr : found->second;
}

void remove_instance(postern_inst handle) {
  Tables& all = tables();
  const std::scoped_lock lock(all.mutex);
  all.instances.erase(handle);
}

postern_part JobRecord::part_handle(uint32_t index) const {
  return part_kind << kind_shift | uint64_t{tag} << part_tag_shift | (uint64_t{index} + 1);
}

std::optional<uint32_t> JobRecord::part_index(postern_part handle) const {
  const auto place = static_cast<uint32_t>(handle);
  if (place == 0 || place > view->part_count() || handle != part_handle(place - 1)) return std::nullopt;
  return place - 1;
}

postern_sink JobRecord::sink_handle() const {
  return sink_kind << kind_shift | uint64_t{tag} << part_tag_shift | sinks;
}

JobScope::JobScope(const Instance& instance, JobView& view, uint32_t part) {
  Tables& all = tables();
  size_t place = 0;
  {
    const std::scoped_lock lock(all.mutex);
    if (all.free_slots.empty()) return;
    place = all.free_slots.back();
    all.free_slots.pop_back();
    const uint64_t generation = ++all.job_generation;
    record_.tag = static_cast<uint32_t>(generation & tag_mask);
    handle_ = job_kind << kind_shift | (generation << slot_bits & ((uint64_t{1} << kind_shift) - 1)) | place;
  }
  record_.instance = &instance;
  record_.view = &view;
  record_.part = part;
  const std::scoped_lock lock(all.slots[place].mutex);
  all.slots[place].handle = handle_;
  all.slots[place].record = &record_;
}

JobRecord& JobScope::end() {
  if (handle_ == 0 || std::exchange(ended_, true)) return record_;
  Tables& all = tables();
  const size_t place = handle_ & ((1u << slot_bits) - 1);
  {
    const std::scoped_lock lock(all.slots[place].mutex);
    all.slots[place].handle = 0;
    all.slots[place].record = nullptr;
  }
  const std::scoped_lock lock(all.mutex);
  all.free_slots.push_back(place);
  return record_;
}

JobLock::JobLock(postern_job handle) {
  const size_t place = handle & ((1u << slot_bits) - 1);
  if (handle == 0 || place >= most_jobs) return;
  JobSlot& slot = tables().slots[place];
  lock_ = std::unique_lock(slot.mutex);
  if (slot.handle == handle) record_ = slot.record;
}

void contract_violation(std::string_view function, std::string_view what) {
  Tables& all = tables();
  all.violations.fetch_add(1, std::memory_order_relaxed);
  uint64_t suppressed = 0;
  {
    const std::scoped_lock lock(all.mutex);
    if (!all.violation_limit.admits(suppressed)) return;
  }
  base::log::warning("a plug-in broke its contract: " + std::string(function) + ": " + std::string(what));
}

uint64_t contract_violations() {
  return tables().violations.load(std::memory_order_relaxed);
}

}  // namespace postern::plugin
