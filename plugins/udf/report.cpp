// SPDX-License-Identifier: MIT
#include "report.h"

#include <algorithm>

namespace udf_plugin {

using postern::Child;
using postern::ChildInfo;
using postern::Error;

void Report::watch_time() const {
  if (is_late()) throw Error(POSTERN_E_TIMEOUT, "no time left to unpack");
}

Child Report::open(const std::string& name, uint64_t offset, uint64_t size) {
  watch_time();
  ChildInfo info;
  info.parent = part_.handle();
  info.name = name;
  info.offset = offset;
  info.length = info.expected = size;
  return job_.open(info);
}

void Report::without_bytes(const std::string& name, uint32_t flags) {
  watch_time();
  ChildInfo info;
  info.parent = part_.handle();
  info.name = name;
  info.flags = flags & POSTERN_PART_SPECIAL;
  job_.open(info).close(flags & ~uint32_t{POSTERN_PART_SPECIAL});
}

void Report::trailer(uint64_t end) {
  if (end >= bytes_.size()) return;
  const std::string_view rest = bytes_.substr(static_cast<size_t>(end));
  // The last sector is filled, mail adds a line end.
  const auto pads = [](char c) { return c == 0 || c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == 0x1a; };
  const auto first = std::find_if_not(rest.begin(), rest.end(), pads);
  if (first == rest.end()) return;
  watch_time();
  ChildInfo info;
  info.parent = part_.handle();
  info.role = "trailer";
  info.offset = end + static_cast<uint64_t>(first - rest.begin());
  info.length = bytes_.size() - info.offset;
  Child child = job_.open(info);
  child.slice(info.offset, info.length);
  child.close();
  found(POSTERN_CAT_MALFORMED, "archive-trailing-bytes", "bytes stand behind its end");
}

uint32_t Report::damaged(std::string_view why) {
  if (damage_.empty()) damage_ = why;
  return POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
}

void Report::found(int32_t category, std::string_view token, std::string_view why) {
  if (!told_.emplace(token).second) return;
  job_.finding(category, token, part_.handle(), why);
}

void Report::finish() {
  if (damage_.empty()) return;
  found(POSTERN_CAT_MALFORMED, "archive-damaged", damage_);
  throw Error(POSTERN_E_BROKEN, damage_);
}

}  // namespace udf_plugin
