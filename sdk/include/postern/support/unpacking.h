// SPDX-License-Identifier: MIT
// For decoders that open archives, images and the like: what the host is told while a part is opened. Each kind of finding once; damage by
// its first reason, told in the end. Lives for one call of decode(), in its thread.
#pragma once
#include <postern/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace postern::support {

// Hidden like the types it holds: each plug-in has its own.
class __attribute__((visibility("hidden"))) Unpacking {
 public:
  Unpacking(Job& job, const Part& part) : job_(job), part_(part), bytes_(part.text()) {}

  std::string_view bytes() const { return bytes_; }
  const Part& part() const { return part_; }

  bool is_late() const { return job_.time_left().count() <= 0; }
  // Errors: postern::Error with POSTERN_E_TIMEOUT.
  void watch_time() const {
    if (is_late()) throw Error(POSTERN_E_TIMEOUT, "no time left to unpack");
  }

  void found(std::int32_t category, std::string_view token, std::string_view why) {
    if (told_.emplace(token).second) job_.finding(category, token, part_.handle(), why);
  }

  // Returns the flags of a child that this cuts.
  std::uint32_t damaged(std::string_view why) {
    if (damage_.empty()) damage_ = why.empty() ? "cannot be read" : why;
    return POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
  }
  bool is_damaged() const { return !damage_.empty(); }

  // Bytes [begin, end) that belong to no member, as a child. Where they begin; nothing if they only pad: tapes and last sectors are filled
  // with zeros, mail adds a line end, and CP/M ended files with ^Z.
  std::optional<std::uint64_t> add_leftover(std::uint64_t begin, std::uint64_t end, std::string_view role) {
    if (begin >= bytes_.size()) return std::nullopt;
    const std::string_view rest = bytes_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    const auto pads = [](char c) { return c == 0 || c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == 0x1a; };
    const auto first = std::find_if_not(rest.begin(), rest.end(), pads);
    if (first == rest.end()) return std::nullopt;
    watch_time();
    ChildInfo info;
    info.parent = part_.handle();
    info.role = role;
    info.offset = begin + static_cast<std::uint64_t>(first - rest.begin());
    info.length = end - info.offset;
    Child child = job_.open(info);
    child.slice(info.offset, info.length);
    child.close();
    return info.offset;
  }

  // The end of the work. Errors: postern::Error with POSTERN_E_BROKEN where something was damaged.
  void finish() {
    if (damage_.empty()) return;
    found(POSTERN_CAT_MALFORMED, "archive-damaged", damage_);
    throw Error(POSTERN_E_BROKEN, damage_);
  }

 protected:
  ~Unpacking() = default;
  Job& job() { return job_; }

 private:
  Job& job_;
  const Part& part_;
  std::string_view bytes_;
  std::set<std::string, std::less<>> told_;
  std::string damage_;  // the first reason
};

}  // namespace postern::support
