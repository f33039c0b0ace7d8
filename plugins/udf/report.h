// SPDX-License-Identifier: MIT
// What the host is told while an image is opened: children and findings, each kind of finding once. finish() ends the
// work with the return code that fits: POSTERN_E_BROKEN as postern::Error where something could not be read.
#pragma once
#include <postern/plugin.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace udf_plugin {

class Report {
 public:
  Report(postern::Job& job, const postern::Part& part) : job_(job), part_(part), bytes_(part.text()) {}

  std::string_view bytes() const { return bytes_; }
  bool is_late() const { return job_.time_left().count() <= 0; }
  void watch_time() const;

  postern::Child open(const std::string& name, uint64_t offset, uint64_t size);
  void without_bytes(const std::string& name, uint32_t flags);  // a directory, a device; or a file that cannot be read
  void trailer(uint64_t end);                                   // bytes behind the end: nothing if they only pad

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

}  // namespace udf_plugin
