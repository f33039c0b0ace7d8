// SPDX-License-Identifier: MIT
// What a scanner in the worker sees of the mail, and where its findings go. One per call; the tree behind it is const and shared.
#pragma once
#include <string>
#include <vector>

#include "mail/findings.h"
#include "plugin/job.h"
#include "scan/memory.h"
#include "scan/part_files.h"

namespace postern::scan {

// Children of each part, by index; made once per mail.
std::vector<std::vector<uint32_t>> children(const mail::Contents& contents);

class ScanView final : public plugin::JobView {
 public:
  ScanView(const mail::ReceivedMail& mail, const mail::Contents& contents, const std::vector<std::vector<uint32_t>>& tree,
           PartFiles& files, Memory& memory, support::Deadline deadline, mail::ScanReport& report)
      : mail_(mail), contents_(contents), tree_(tree), files_(files), memory_(memory), deadline_(deadline), report_(report) {}

  const support::Deadline& deadline() const override { return deadline_; }
  uint32_t part_count() const override { return static_cast<uint32_t>(contents_.parts().size()); }
  const mail::Part& part(uint32_t index) const override { return contents_.parts()[index]; }
  std::string_view bytes(uint32_t index) const override { return contents_.bytes(part(index), mail_.content.bytes()); }
  uint32_t child_count(uint32_t index) const override { return static_cast<uint32_t>(tree_[index].size()); }
  uint32_t child(uint32_t index, uint32_t nth) const override { return tree_[index][nth]; }
  int descriptor(uint32_t index) override { return files_.descriptor(index); }
  bool fact(std::string_view name, uint32_t nth, std::string* value) const override;
  void finding(mail::Finding finding) override;
  void note(uint32_t part, std::string_view name, std::string_view value) override;
  bool known(uint32_t part) override;
  void examined(uint32_t part) override;

 private:
  const mail::ReceivedMail& mail_;
  const mail::Contents& contents_;
  const std::vector<std::vector<uint32_t>>& tree_;
  PartFiles& files_;
  Memory& memory_;
  support::Deadline deadline_;
  mail::ScanReport& report_;
};

}  // namespace postern::scan
