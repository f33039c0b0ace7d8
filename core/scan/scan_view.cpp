// SPDX-License-Identifier: MIT
#include "scan/scan_view.h"

#include "mail/facts.h"

namespace postern::scan {
namespace {

constexpr size_t max_notes = 100;

}  // namespace

std::vector<std::vector<uint32_t>> children(const mail::Contents& contents) {
  std::vector<std::vector<uint32_t>> tree(contents.parts().size());
  for (uint32_t i = 1; i < contents.parts().size(); ++i) tree[contents.parts()[i].parent].push_back(i);
  return tree;
}

bool ScanView::fact(std::string_view name, uint32_t nth, std::string* value) const { return mail::fact(mail_, name, nth, value); }

void ScanView::finding(mail::Finding finding) {
  mail::add(report_, std::move(finding));
}

void ScanView::note(uint32_t, std::string_view name, std::string_view value) {
  if (report_.notes.size() < max_notes) report_.notes.emplace_back(name, value);
}

bool ScanView::known(uint32_t part) {
  auto findings = memory_.verdict(part);
  if (!findings) return false;
  for (mail::Finding& one : *findings) finding(std::move(one));
  return true;
}

void ScanView::examined(uint32_t part) {
  if (report_.overflowed) return;
  std::vector<mail::Finding> theirs;
  for (const mail::Finding& one : report_.findings)
    if (one.part == part) theirs.push_back(one);
  memory_.keep(part, theirs);
}

}  // namespace postern::scan
