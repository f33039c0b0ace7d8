// SPDX-License-Identifier: MIT
#include "decode/claimed_tree.h"

#include <utility>

#include "mail/codec.h"

namespace postern::decode {
namespace {

using mail::Part;

constexpr uint64_t max_told = 256ull * 1024 * 1024;  // more than the limits of an honest process let it say

bool exists(const Part& part, uint64_t mail_size, uint64_t arena_size) {
  switch (part.source) {
    case Part::Source::none:
      return part.size == 0;
    case Part::Source::mail:
      return part.offset <= mail_size && part.size <= mail_size - part.offset;
    case Part::Source::arena:
      return part.offset <= arena_size && part.size <= arena_size - part.offset;
  }
  return false;
}

}  // namespace

void ClaimedTree::take(Record kind, base::WireReader& in) {
  switch (kind) {
    case Record::part:
      return add(mail::read_part(in));
    case Record::part_name: {
      Part& part = at(in.u32());
      part.names.push_back(in.text());
      return pay(part.names.back().size());
    }
    case Record::detected: {
      Part& part = at(in.u32());
      part.detected_type = in.text();
      return pay(part.detected_type.size());
    }
    case Record::opened: {
      Part& part = at(in.u32());
      part.decoder = in.text();
      return pay(part.decoder.size());
    }
    case Record::flags: {
      Part& part = at(in.u32());
      part.flags = in.u32();
      return;
    }
    case Record::defect: {
      Part& part = at(in.u32());
      part.defects.push_back(mail::read_defect(in));
      return pay(part.defects.back().code.size() + part.defects.back().text.size());
    }
    case Record::finding:
    case Record::note:
    case Record::scanned:
    case Record::decoded:
    case Record::log:
      break;
  }
  throw base::WireError("the unpacker speaks out of turn");
}

Part& ClaimedTree::at(uint32_t index) {
  if (index >= parts_.size()) throw base::WireError("the unpacker speaks of a part it never made");
  return parts_[index];
}

void ClaimedTree::add(Part part) {
  const bool is_root = parts_.empty();
  if (parts_.size() > max_parts_) throw base::WireError("the unpacker makes more parts than it may");
  if (is_root ? part.parent != 0 : part.parent >= parts_.size())
    throw base::WireError("the unpacker makes a part of no parent");
  part.digest = {};  // whoever needs one computes it from the bytes: a claimed one could be that of a part known as clean
  parts_.push_back(std::move(part));
  pay(sizeof(Part));
}

// A record costs something even when it says nothing.
void ClaimedTree::pay(uint64_t bytes) {
  told_ += bytes + sizeof(mail::Defect);
  if (told_ > max_told) throw base::WireError("the unpacker talks without end");
}

void check_ranges(const std::vector<Part>& parts, uint64_t mail_size, uint64_t arena_size) {
  for (const Part& part : parts)
    if (!exists(part, mail_size, arena_size)) throw base::WireError("the unpacker names bytes that do not exist");
}

void give_up_what_is_missing(std::vector<Part>& parts, uint64_t mail_size, uint64_t arena_size) {
  for (Part& part : parts) {
    if (exists(part, mail_size, arena_size)) continue;
    part.source = Part::Source::none;
    part.offset = part.size = 0;
    part.defects.push_back(
        {mail::DefectKind::limit, "limit-time", "its bytes were lost with the process that made them"});
  }
}

}  // namespace postern::decode
