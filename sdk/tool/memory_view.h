// SPDX-License-Identifier: MIT
// A mail of one part in memory, and what a plug-in says about it or makes of it.
#pragma once
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/content.h"
#include "plugin/job.h"

namespace postern::tool {

class MemoryView : public plugin::JobView {
 public:
  MemoryView(std::string content, std::string type, std::string name);

  const support::Deadline& deadline() const override { return deadline_; }
  uint32_t part_count() const override { return static_cast<uint32_t>(parts_.size()); }
  const mail::Part& part(uint32_t index) const override { return parts_.at(index); }
  std::string_view bytes(uint32_t index) const override { return contents_.at(index); }
  uint32_t child_count(uint32_t index) const override { return static_cast<uint32_t>(children(index).size()); }
  uint32_t child(uint32_t index, uint32_t nth) const override { return children(index).at(nth); }
  int descriptor(uint32_t index) override;
  bool fact(std::string_view name, uint32_t nth, std::string* value) const override;
  void finding(mail::Finding finding) override { findings.push_back(std::move(finding)); }
  void note(uint32_t part, std::string_view name, std::string_view value) override;
  postern_rc child_open(const plugin::ChildOrder& order) override;
  postern_rc child_write(std::string_view data) override;
  postern_rc child_slice(uint64_t offset, uint64_t length) override;
  postern_rc child_close(uint32_t flags, uint32_t* part) override;

  std::vector<mail::Finding> findings;
  std::vector<std::pair<std::string, std::string>> notes;

 private:
  std::vector<uint32_t> children(uint32_t index) const;

  support::Deadline deadline_ = support::Deadline::in(std::chrono::seconds(60));
  std::vector<mail::Part> parts_;
  std::deque<std::string> contents_;  // bytes are lent until the job ends, so they must not move
  std::vector<base::Content> descriptors_;
  mail::Part open_;
  std::string written_;
};

}  // namespace postern::tool
