// SPDX-License-Identifier: MIT
#include "memory_view.h"

namespace postern::tool {
namespace {

constexpr uint32_t most_parts = 1500;
constexpr size_t most_bytes = 300u << 20;  // as the daemon's own limit for a whole mail

}  // namespace

MemoryView::MemoryView(std::string content, std::string type, std::string name) {
  mail::Part root;
  root.path = "0";
  root.declared_type = root.detected_type = std::move(type);
  root.names = {std::move(name)};
  root.size = content.size();
  parts_.push_back(std::move(root));
  contents_.push_back(std::move(content));
}

std::vector<uint32_t> MemoryView::children(uint32_t index) const {
  std::vector<uint32_t> all;
  for (uint32_t i = 1; i < part_count(); ++i)
    if (parts_[i].parent == index) all.push_back(i);
  return all;
}

int MemoryView::descriptor(uint32_t index) {
  descriptors_.push_back(base::Content::of(contents_.at(index)));
  return descriptors_.back().fd();
}

bool MemoryView::fact(std::string_view name, uint32_t nth, std::string* value) const {
  if (nth > 0) return false;
  if (name == "mail.id")
    *value = "test";
  else if (name == "mail.from")
    *value = "sender@example.org";
  else if (name == "mail.rcpt")
    *value = "recipient@example.org";
  else if (name == "mail.size")
    *value = std::to_string(contents_.front().size());
  else if (name == "event.kind")
    *value = "mail.blocked";
  else
    return false;
  return true;
}

void MemoryView::note(uint32_t part, std::string_view name, std::string_view value) {
  if (name == "part.name" && part > 0)
    parts_.at(part).names.emplace_back(value);
  else
    notes.emplace_back(name, value);
}

postern_rc MemoryView::child_open(const plugin::ChildOrder& order) {
  if (part_count() >= most_parts) return POSTERN_E_QUOTA;
  open_ = {};
  open_.parent = order.parent;
  open_.depth = parts_.at(order.parent).depth + 1;
  open_.path = parts_.at(order.parent).path + "." + std::to_string(child_count(order.parent) + 1);
  open_.declared_type = order.mime_type;
  open_.detected_type = "application/octet-stream";
  open_.encoding = order.encoding;
  open_.role = order.role;
  open_.raw_offset = order.offset;
  open_.raw_size = order.length;
  open_.flags = order.flags;
  if (!order.name.empty()) open_.names.emplace_back(order.name);
  written_.clear();
  return POSTERN_OK;
}

postern_rc MemoryView::child_write(std::string_view data) {
  if (written_.size() + data.size() > most_bytes) return POSTERN_E_QUOTA;
  written_ += data;
  return POSTERN_OK;
}

postern_rc MemoryView::child_slice(uint64_t offset, uint64_t length) {
  written_ = contents_.at(open_.parent).substr(offset, length);
  return POSTERN_OK;
}

postern_rc MemoryView::child_close(uint32_t flags, uint32_t* part) {
  open_.flags |= flags;
  open_.size = written_.size();
  parts_.push_back(std::move(open_));
  contents_.push_back(std::move(written_));
  *part = part_count() - 1;
  return POSTERN_OK;
}

}  // namespace postern::tool
