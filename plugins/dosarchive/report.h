// SPDX-License-Identifier: MIT
// What the host is told while a part is opened: children and findings, each kind of finding once. finish() ends the
// work with the return code that fits: POSTERN_E_BROKEN as postern::Error where bytes were damaged.
#pragma once
#include <postern/plugin.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "codec.h"
#include "walk.h"

namespace dosarchive_plugin {

class Report {
 public:
  Report(postern::Job& job, const postern::Part& part) : job_(job), part_(part), bytes_(part.text()) {}

  std::string_view bytes() const { return bytes_; }
  void watch_time() const;

  // A child is opened, filled and closed. offset: where the archive begins in the part.
  postern::Child open(const Member&, uint64_t offset);
  void close(postern::Child&, const Member&, uint32_t flags);
  // All that the codec makes. Flags the child must be closed with.
  uint32_t decode(Codec&, postern::Child&, Checksum, uint32_t& sum);

  // Bytes that belong to no member: nothing if they only pad, else a part.
  void leftover(Range, bool is_expected);

  uint32_t damaged(std::string_view why);  // returns the flags of a child that this cuts
  void found(int32_t category, std::string_view token, std::string_view why);

  void finish();

 private:
  postern::Job& job_;
  const postern::Part& part_;
  std::string_view bytes_;
  std::set<std::string, std::less<>> told_;
  std::string damage_;  // the first reason
};

}  // namespace dosarchive_plugin
