// SPDX-License-Identifier: MIT
#include "compound.h"

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

#include <algorithm>
#include <array>

namespace ole {
namespace {

using namespace std::string_view_literals;
using postern::support::BinaryReader;

constexpr std::string_view magic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv;
constexpr size_t header_size = 512;
constexpr size_t entry_size = 128;
constexpr size_t most_entries = 100000;  // an honest message with hundreds of recipients has some thousands
constexpr size_t most_levels = 16;       // of a path
constexpr uint32_t no_entry = 0xFFFFFFFF;
constexpr uint32_t last_sector = 0xFFFFFFFA;  // numbers above it are marks
constexpr uint64_t honest_factor = 8, honest_extra = 1 << 20;

std::vector<uint32_t> numbers(std::string_view bytes) {
  std::vector<uint32_t> all;
  all.reserve(bytes.size() / 4);
  for (BinaryReader in(bytes); in.left() >= 4;) all.push_back(in.u32());
  return all;
}

}  // namespace

bool Compound::is_one(std::string_view file) {
  return file.size() >= header_size && file.starts_with(magic);
}

Compound::Compound(std::string_view file) : file_(file), left_(file.size() * honest_factor + honest_extra) {
  read_header();
  read_fat();
  read_directory();
}

void Compound::read_header() {
  BinaryReader in(file_, 30);
  sector_shift_ = in.u16();
  mini_shift_ = in.u16();
  if (sector_shift_ < 7 || sector_shift_ > 16) {
    defects_.insert(Defect::header);
    sector_shift_ = 9;
  }
  if (mini_shift_ < 4 || mini_shift_ >= sector_shift_) {
    defects_.insert(Defect::header);
    mini_shift_ = 6;
  }
  in = BinaryReader(file_, 48);
  first_directory_ = in.u32();
  in.skip(4);
  cutoff_ = in.u32();
  if (cutoff_ != 4096) defects_.insert(Defect::header);  // [MS-CFB] knows no other; some readers believe the header
  first_mini_fat_ = in.u32();
  in.skip(4);
  first_difat_ = in.u32();
  // The header fills the place of a sector; the last sector may be cut short.
  const uint64_t size = uint64_t{1} << sector_shift_;
  const uint64_t places = (file_.size() + size - 1) / size;
  sectors_ = static_cast<uint32_t>(std::min<uint64_t>(places > 0 ? places - 1 : 0, last_sector));
}

// The sectors of the FAT are listed in the header and in a chain of DIFAT sectors behind it.
void Compound::read_fat() {
  constexpr size_t in_header = 109;
  const size_t per_sector = (size_t{1} << sector_shift_) / 4;
  const size_t needed =
      (sectors_ + per_sector - 1) / per_sector;  // what says more speaks of sectors that are not there
  const auto take = [&](uint32_t number) {
    std::vector<uint32_t> part = number < sectors_ ? numbers(sector(number)) : std::vector<uint32_t>();
    part.resize(per_sector, no_entry);
    fat_.insert(fat_.end(), part.begin(), part.end());
  };
  const auto is_full = [&] { return fat_.size() >= needed * per_sector; };
  for (const uint32_t number : numbers(file_.substr(76, in_header * 4)))
    if (!is_full() && number < last_sector) take(number);
  uint32_t next = first_difat_;
  for (size_t n = 0; n < needed && next < sectors_ && !is_full(); ++n) {
    std::vector<uint32_t> list = numbers(sector(next));
    if (list.size() < per_sector) break;
    next = list.back();
    list.pop_back();
    for (const uint32_t number : list)
      if (!is_full() && number < last_sector) take(number);
  }
  if (!is_full()) defects_.insert(Defect::chain);
}

void Compound::read_directory() {
  std::vector<std::array<uint32_t, 3>> links;  // left, right, child of each entry
  for (const uint32_t number : chain(first_directory_, most_entries * entry_size)) {
    const std::string_view bytes = sector(number);
    for (size_t at = 0; at + entry_size <= bytes.size() && entries_.size() < most_entries; at += entry_size) {
      const std::string_view raw = bytes.substr(at, entry_size);
      BinaryReader in(raw, 68);
      const uint32_t left = in.u32(), right = in.u32(), child = in.u32();
      links.push_back({left, right, child});
      read_entry(raw);
    }
  }
  if (entries_.size() >= most_entries) is_over_limit_ = true;
  if (entries_.empty()) {
    defects_.insert(Defect::directory);
    entries_.emplace_back();
  }
  entries_[0].kind = Entry::Kind::storage;
  link_entries(links);
  mini_stream_ = chain(entries_[0].start, entries_[0].size);
  for (const uint32_t number : chain(first_mini_fat_, (entries_[0].size >> mini_shift_) * 4)) {
    const std::vector<uint32_t> part = numbers(sector(number));
    mini_fat_.insert(mini_fat_.end(), part.begin(), part.end());
  }
}

void Compound::read_entry(std::string_view raw) {
  constexpr uint8_t storage = 1, stream = 2, root = 5;
  Entry entry;
  BinaryReader in(raw, 64);
  const size_t name_bytes = std::min<size_t>(in.u16(), 64);
  const uint8_t type = in.u8();
  if (type == storage || type == root) entry.kind = Entry::Kind::storage;
  if (type == stream) entry.kind = Entry::Kind::stream;
  entry.name = postern::support::utf8_of_utf16(raw.substr(0, name_bytes >= 2 ? name_bytes - 2 : 0));
  entry.class_id = raw.substr(80, 16);
  in = BinaryReader(raw, 116);
  entry.start = in.u32();
  entry.size = in.u64();
  // Of version 3 only the lower half counts; some writers leave rubbish in the other ([MS-CFB] 2.6.3).
  if (sector_shift_ <= 9) entry.size &= 0xFFFFFFFF;
  entries_.push_back(std::move(entry));
}

// The children of a storage are a tree of their own, by left and right. Every entry has one place: a second one is a
// lie.
void Compound::link_entries(const std::vector<std::array<uint32_t, 3>>& links) {
  struct Step {
    uint32_t entry, parent;
  };
  std::vector<bool> seen(entries_.size(), false);
  seen[0] = true;
  std::vector<Step> steps;
  if (!links.empty()) steps.push_back({links[0][2], 0});
  while (!steps.empty()) {
    const Step step = steps.back();
    steps.pop_back();
    if (step.entry == no_entry) continue;
    if (step.entry >= entries_.size() || seen[step.entry]) {
      defects_.insert(Defect::directory);
      continue;
    }
    seen[step.entry] = true;
    Entry& entry = entries_[step.entry];
    entry.parent = step.parent;
    if (entry.kind == Entry::Kind::storage) steps.push_back({links[step.entry][2], step.entry});
    steps.push_back({links[step.entry][1], step.parent});
    steps.push_back({links[step.entry][0], step.parent});
  }
  for (uint32_t n = 1; n < entries_.size(); ++n)
    if (seen[n] && entries_[n].kind != Entry::Kind::unused) entries_[entries_[n].parent].children.push_back(n);
  collect_orphans(seen);
}

void Compound::collect_orphans(const std::vector<bool>& seen) {
  for (uint32_t n = 1; n < entries_.size(); ++n) {
    if (seen[n] || entries_[n].kind != Entry::Kind::stream || entries_[n].size == 0) continue;
    orphans_.push_back(n);
    defects_.insert(Defect::orphan);
  }
}

// At most as many sectors as hold so many bytes, and as there are.
Compound::Chain Compound::chain(uint32_t start, uint64_t most_bytes) {
  const uint64_t size = uint64_t{1} << sector_shift_;
  const uint64_t most = most_bytes / size + (most_bytes % size != 0 ? 1 : 0);
  Chain all;
  for (uint32_t at = start; at < sectors_ && at < fat_.size() && all.size() < most; at = fat_[at]) {
    if (all.size() >= sectors_) {
      defects_.insert(Defect::chain);
      break;
    }
    all.push_back(at);
  }
  return all;
}

std::string_view Compound::sector(uint32_t number) const {
  const uint64_t size = uint64_t{1} << sector_shift_;
  const uint64_t offset = (uint64_t{number} + 1) << sector_shift_;
  return offset < file_.size() ? file_.substr(offset, size) : std::string_view();
}

std::string_view Compound::mini_sector(uint32_t number) const {
  const uint64_t offset = uint64_t{number} << mini_shift_;
  const uint64_t within = offset & ((uint64_t{1} << sector_shift_) - 1);
  const uint64_t index = offset >> sector_shift_;
  if (index >= mini_stream_.size()) return {};
  const std::string_view big = sector(mini_stream_[index]);
  return within < big.size() ? big.substr(within, uint64_t{1} << mini_shift_) : std::string_view();
}

std::optional<uint32_t> Compound::find(uint32_t storage, std::string_view name) const {
  for (const uint32_t child : entries_[storage].children)
    if (postern::support::equal_ignoring_case(entries_[child].name, name)) return child;
  return std::nullopt;
}

std::string Compound::path(uint32_t entry) const {
  std::string path = entries_[entry].name;
  uint32_t at = entries_[entry].parent;
  for (size_t level = 0; at != 0 && level < most_levels; ++level, at = entries_[at].parent)
    path.insert(0, entries_[at].name + "/");
  return path;
}

bool Compound::copy(uint32_t stream, const Sink& sink) {
  const bool is_whole = walk(entries_[stream], UINT64_MAX, sink);
  if (!is_whole) defects_.insert(Defect::chain);
  return is_whole;
}

std::string Compound::read(uint32_t stream, uint64_t most) {
  std::string bytes;
  walk(entries_[stream], most, [&](std::string_view piece) { bytes.append(piece); });
  return bytes;
}

std::optional<Range> Compound::range(uint32_t stream) {
  const Entry& e = entries_[stream];
  const bool is_small = e.size < cutoff_;
  const std::vector<uint32_t>& fat = is_small ? mini_fat_ : fat_;
  const uint64_t unit = uint64_t{1} << (is_small ? mini_shift_ : sector_shift_);
  if (e.size == 0 || e.size > file_.size()) return std::nullopt;
  const auto piece = [&](uint32_t n) {
    return is_small ? mini_sector(n) : n < sectors_ ? sector(n) : std::string_view();
  };
  const std::string_view first = piece(e.start);
  if (first.empty()) return std::nullopt;
  const uint64_t units = (e.size + unit - 1) / unit;
  uint32_t at = e.start;
  for (uint64_t n = 1; n < units; ++n) {
    if (at >= fat.size() || fat[at] != at + 1) return std::nullopt;
    ++at;
    const std::string_view next = piece(at);
    if (next.empty() || next.data() != first.data() + n * unit) return std::nullopt;
  }
  const auto offset = static_cast<uint64_t>(first.data() - file_.data());
  if (e.size > file_.size() - offset || !pay(e.size)) return std::nullopt;
  return Range{offset, e.size};
}

// Sectors that follow one another are one piece.
bool Compound::walk(const Entry& stream, uint64_t most, const Sink& sink) {
  const bool is_small = stream.size < cutoff_;
  const std::vector<uint32_t>& fat = is_small ? mini_fat_ : fat_;
  const uint64_t unit = uint64_t{1} << (is_small ? mini_shift_ : sector_shift_);
  uint64_t left = std::min(stream.size, most);
  std::string_view run;
  const auto flush = [&] {
    if (!run.empty()) sink(run);
    run = {};
  };
  uint32_t at = stream.start;
  for (uint64_t n = 0; left > 0; ++n) {
    if (n > (is_small ? mini_fat_.size() : uint64_t{sectors_})) break;  // it goes round in circles
    if (!is_small && at >= sectors_) break;
    const std::string_view piece = (is_small ? mini_sector(at) : sector(at)).substr(0, std::min(unit, left));
    if (piece.empty() || !pay(piece.size())) break;
    left -= piece.size();
    if (!run.empty() && run.data() + run.size() == piece.data()) {
      run = {run.data(), run.size() + piece.size()};
    } else {
      flush();
      run = piece;
    }
    if (piece.size() < unit || at >= fat.size()) break;
    at = fat[at];
  }
  flush();
  return left == 0;
}

bool Compound::pay(uint64_t bytes) {
  if (bytes > left_) {
    is_over_limit_ = true;
    return false;
  }
  left_ -= bytes;
  return true;
}

}  // namespace ole
