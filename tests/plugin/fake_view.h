// SPDX-License-Identifier: MIT
// A tree of parts in memory, small but real: what a scanner sees and what a decoder makes of it.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "plugin/job.h"

namespace postern::plugin {

class FakeView : public JobView {
 public:
  explicit FakeView(std::string mail = {}, std::string type = "text/plain") {
    mail::Part root;
    root.detected_type = std::move(type);
    root.path = "0";
    add(std::move(root), std::move(mail));
  }
  uint32_t add(mail::Part part, std::string content) {
    part.size = content.size();
    parts_.push_back(std::move(part));
    contents_.push_back(std::move(content));
    return part_count() - 1;
  }
  mail::Part& editable(uint32_t index) { return parts_.at(index); }

  const support::Deadline& deadline() const override { return deadline_; }
  uint32_t part_count() const override { return static_cast<uint32_t>(parts_.size()); }
  const mail::Part& part(uint32_t index) const override { return parts_.at(index); }
  std::string_view bytes(uint32_t index) const override {
    if (bytes_fail) throw std::runtime_error("the disk is on fire");
    return contents_.at(index);
  }
  uint32_t child_count(uint32_t index) const override { return static_cast<uint32_t>(children(index).size()); }
  uint32_t child(uint32_t index, uint32_t nth) const override { return children(index).at(nth); }
  int descriptor(uint32_t) override { return -1; }
  bool fact(std::string_view name, uint32_t nth, std::string* value) const override {
    const auto found = facts.find({std::string(name), nth});
    if (found == facts.end()) return false;
    *value = found->second;
    return true;
  }
  void finding(mail::Finding finding) override { findings.push_back(std::move(finding)); }
  void note(uint32_t, std::string_view name, std::string_view value) override { notes[std::string(name)] = value; }

  bool known(uint32_t part) override { return remembered.contains(part); }
  void examined(uint32_t part) override { remembered.insert(part); }

  postern_rc child_open(const ChildOrder& order) override {
    if (part_count() >= part_limit) return POSTERN_E_QUOTA;
    open_ = {};
    open_.parent = order.parent;
    open_.depth = parts_.at(order.parent).depth + 1;
    open_.detected_type = "text/plain";
    open_.names.emplace_back(order.name);
    written_.clear();
    return POSTERN_OK;
  }
  postern_rc child_write(std::string_view data) override {
    written_ += data;
    return POSTERN_OK;
  }
  postern_rc child_slice(uint64_t offset, uint64_t length) override {
    written_ = contents_.at(open_.parent).substr(offset, length);
    return POSTERN_OK;
  }
  postern_rc child_close(uint32_t flags, uint32_t* part) override {
    open_.flags = flags;
    *part = add(open_, written_);
    return POSTERN_OK;
  }

  support::Deadline deadline_ = support::Deadline::in(std::chrono::seconds(60));
  std::map<std::pair<std::string, uint32_t>, std::string> facts;
  std::vector<mail::Finding> findings;
  std::map<std::string, std::string> notes;
  std::set<uint32_t> remembered;
  uint32_t part_limit = 100;
  bool bytes_fail = false;

 private:
  std::vector<uint32_t> children(uint32_t index) const {
    std::vector<uint32_t> all;
    for (uint32_t i = 1; i < part_count(); ++i)
      if (parts_[i].parent == index) all.push_back(i);
    return all;
  }

  std::vector<mail::Part> parts_;
  std::deque<std::string> contents_;  // bytes are lent until the job ends, so they must not move
  mail::Part open_;
  std::string written_;
};

}  // namespace postern::plugin
