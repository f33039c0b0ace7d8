// SPDX-License-Identifier: MIT
// A host for one part: lends its bytes, records children and findings, and refuses bytes or members past a quota.
#pragma once
#include <postern/plugin.hpp>

#include <string>
#include <utility>
#include <vector>

namespace archive_plugin {

struct RecordedChild {
  std::string name, encoding, role, bytes;
  uint64_t expected = 0;
  uint32_t flags = 0;
  bool closed = false;
  std::vector<std::pair<std::string, std::string>> notes;
};

struct RecordedFinding {
  int32_t category;
  std::string name, text;
};

class RecordingHost {
 public:
  RecordingHost() {
    table_.size = sizeof table_;
    table_.part_info = [](postern_job job, postern_part, postern_part_info* out) { return self(job).info(out); };
    table_.part_map = [](postern_job job, postern_part, postern_bytes* out) -> postern_rc {
      *out = postern::bytes(self(job).text);
      return POSTERN_OK;
    };
    table_.time_left = [](postern_job job) { return self(job).time_left; };
    table_.note = [](postern_job job, postern_part part, const char* fact, postern_bytes value) -> postern_rc {
      self(job).children.at(part - first_child).notes.emplace_back(fact, postern::view(value));
      return POSTERN_OK;
    };
    table_.finding = [](postern_job job, const postern_finding* f) -> postern_rc {
      self(job).findings.push_back(
          {f->category, std::string(postern::view(f->name)), std::string(postern::view(f->text))});
      return POSTERN_OK;
    };
    table_.child_open = [](postern_job job, const postern_child* child, postern_sink* out) {
      return self(job).open(*child, out);
    };
    table_.child_write = [](postern_job job, postern_sink, const void* data, size_t size) {
      return self(job).write({static_cast<const char*>(data), size});
    };
    table_.child_slice = [](postern_job job, postern_sink, uint64_t offset, uint64_t size) -> postern_rc {
      RecordingHost& host = self(job);
      if (offset > host.text.size() || size > host.text.size() - offset) return POSTERN_E_ARGUMENT;
      host.children.back().bytes = host.text.substr(static_cast<size_t>(offset), static_cast<size_t>(size));
      return POSTERN_OK;
    };
    table_.child_close = [](postern_job job, postern_sink, uint32_t flags, postern_part* out) {
      return self(job).close(flags, out);
    };
  }
  RecordingHost(const RecordingHost&) = delete;
  RecordingHost& operator=(const RecordingHost&) = delete;

  postern::Job job() { return {&table_, 1, reinterpret_cast<postern_job>(this)}; }
  postern::Part part() { return {&table_, reinterpret_cast<postern_job>(this), 1}; }

  std::string text, name, detected;
  int64_t time_left = 60000;
  uint64_t byte_quota = UINT64_MAX, member_quota = UINT64_MAX;

  std::vector<RecordedChild> children;
  std::vector<RecordedFinding> findings;
  uint64_t written = 0;
  int calls_after_refusal = 0;

 private:
  static constexpr postern_part first_child = 2;
  static RecordingHost& self(postern_job job) { return *reinterpret_cast<RecordingHost*>(job); }

  postern_rc info(postern_part_info* out) const {
    out->bytes = text.size();
    out->detected = postern::bytes(detected);
    out->name = postern::bytes(name);
    return POSTERN_OK;
  }
  postern_rc open(const postern_child& child, postern_sink* out) {
    if (refused_) return refuse();
    if (children.size() >= member_quota) return refuse();
    if (!children.empty() && !children.back().closed) return POSTERN_E_ARGUMENT;
    children.push_back({std::string(postern::view(child.name)),
                        std::string(postern::view(child.encoding)),
                        std::string(postern::view(child.role)),
                        {},
                        child.expected,
                        child.flags,
                        false,
                        {}});
    *out = children.size();
    return POSTERN_OK;
  }
  postern_rc write(std::string_view data) {
    if (refused_ || written + data.size() > byte_quota) return refuse();
    written += data.size();
    children.back().bytes.append(data);
    return POSTERN_OK;
  }
  postern_rc close(uint32_t flags, postern_part* out) {
    if (refused_) return refuse();
    children.back().flags |= flags;
    children.back().closed = true;
    *out = first_child + children.size() - 1;
    return POSTERN_OK;
  }
  postern_rc refuse() {
    if (std::exchange(refused_, true)) ++calls_after_refusal;
    return POSTERN_E_QUOTA;
  }

  postern_host table_{};
  bool refused_ = false;
};

}  // namespace archive_plugin
