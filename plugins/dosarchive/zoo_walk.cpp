// SPDX-License-Identifier: MIT
#include "zoo_walk.h"

#include <algorithm>
#include <unordered_set>

#include <postern/support/binary.h>

#include "checksum.h"

namespace dosarchive_plugin {
namespace {

using postern::support::BinaryReader;

constexpr std::string_view tag = "\xdc\xa7\xc4\xfd", leader = "@)#(";
constexpr size_t text_size = 20, least_header = 34, most_header = 42, name_size = 13;
constexpr size_t checksum_at = 54, most_variable = 1024;  // of an entry; two names of a byte's length and ten bytes fit

struct Entry {
  uint8_t method = 0, deleted = 0;
  uint64_t next = 0, offset = 0, size = 0, packed = 0, comment = 0, comment_size = 0, end = 0;
  uint16_t checksum = 0;
  std::string short_name, long_name;  // the long one with its folder
  bool is_right = true;
};

bool read_entry(std::string_view archive, uint64_t at, Entry& e) {
  BinaryReader in(archive, at);
  if (in.take(tag.size()) != tag) return false;
  const uint8_t type = in.u8();
  e.method = in.u8();
  e.next = in.u32();
  e.offset = in.u32();
  in.skip(4);  // date, time
  e.checksum = in.u16();
  e.size = in.u32();
  e.packed = in.u32();
  in.skip(2);  // versions
  e.deleted = in.u8();
  in.skip(1);
  e.comment = in.u32();
  e.comment_size = in.u16();
  const std::string_view name = in.take(name_size);
  e.short_name = name.substr(0, name.find('\0'));
  e.end = in.at();
  if (in.failed()) return false;
  if (type < 2) return true;
  const uint16_t variable = in.u16();
  in.skip(1);  // time zone
  const uint16_t claimed = in.u16();
  if (in.failed()) return e.is_right = false, true;
  const std::string_view rest = in.take(std::min<size_t>(variable, most_variable));
  e.is_right = !in.failed() && variable <= most_variable;
  e.end = in.at();
  BinaryReader texts(rest);
  const size_t long_size = texts.u8(), folder_size = texts.u8();
  const std::string_view file = texts.take(long_size), folder = texts.take(folder_size);
  e.long_name = file.substr(0, file.find('\0'));
  if (const std::string path(folder.substr(0, folder.find('\0'))); !path.empty())
    e.long_name = path + "/" + (e.long_name.empty() ? e.short_name : e.long_name);
  std::string summed(archive.substr(at, e.end - at));
  summed[checksum_at] = summed[checksum_at + 1] = 0;
  e.is_right = e.is_right && checksum(Checksum::crc16, summed) == claimed;
  return true;
}

Method method_of(uint8_t method) {
  switch (method) {
    case 0: return Method::stored;
    case 1: return Method::zoo_lzw;
    case 2: return Method::lzh5;
    default: return Method::unknown;
  }
}

bool do_overlap(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  for (size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].begin < ranges[i - 1].end) return true;
  return false;
}

class Walking {
 public:
  explicit Walking(std::string_view archive) : archive_(archive) {}

  Walk run() {
    BinaryReader head(archive_, text_size + tag.size());
    const uint64_t start = head.u32();
    cover(0, std::clamp<uint64_t>(start, least_header, most_header));
    const uint64_t minus = head.u32();
    if (minus != ((0 - start) & 0xffffffffu)) note_damage(walk_, "its header contradicts itself");
    if (start >= most_header) cover_comment();
    follow(start);
    std::vector<Range> packed;
    for (const Member& m : walk_.members)
      if (m.packed.begin < m.packed.end) packed.push_back(m.packed);
    covered_.insert(covered_.end(), packed.begin(), packed.end());
    walk_.has_overlap = do_overlap(std::move(packed));
    find_leftovers(walk_, std::move(covered_), archive_.size());
    return std::move(walk_);
  }

 private:
  void cover_comment() {  // of the archive as a whole
    constexpr size_t place = 35;
    BinaryReader in(archive_, place);
    const uint64_t begin = in.u32();
    const uint16_t size = in.u16();
    if (begin > 0) cover(begin, size);
  }

  void follow(uint64_t at) {
    std::unordered_set<uint64_t> visited;
    for (Entry e; visited.insert(at).second; at = e.next) {
      e = {};
      if (!read_entry(archive_, at, e)) return note_damage(walk_, "no entry where the chain leads");
      if (!e.is_right) note_damage(walk_, "an entry's checksum is wrong");
      cover(at, e.end - at);
      const bool is_last = e.next == 0;
      if (!is_last || e.packed > 0) add(e);  // the last one is empty, or hides something
      if (is_last || walk_.has_too_many) return;
    }
    note_damage(walk_, "its chain of entries leads in a circle");
  }

  void add(const Entry& e) {
    if (walk_.members.size() >= most_members) {
      walk_.has_too_many = true;
      return;
    }
    Member m;
    if (!e.long_name.empty()) m.names.push_back(e.long_name);
    if (e.short_name != e.long_name) m.names.push_back(e.short_name);
    m.label = "zoo " + std::to_string(e.method);
    m.method = method_of(e.method);
    m.packed = clipped(archive_, e.offset, e.packed);
    m.size = e.size;
    m.checksum = e.checksum;
    m.is_deleted = e.deleted == 1;
    m.is_cut = m.packed.end - m.packed.begin < e.packed;
    if (m.is_cut) note_damage(walk_, "a member is cut");
    constexpr uint64_t before = leader.size() + 1;
    if (e.offset >= before && e.offset <= archive_.size() && archive_.substr(e.offset - before).starts_with(leader))
      cover(e.offset - before, before);
    if (e.comment > 0) cover(e.comment, e.comment_size);
    walk_.members.push_back(std::move(m));
  }

  void cover(uint64_t begin, uint64_t size) { covered_.push_back(clipped(archive_, begin, size)); }

  std::string_view archive_;
  Walk walk_;
  std::vector<Range> covered_;
};

}  // namespace

Walk walk_zoo(std::string_view archive) {
  return Walking(archive).run();
}

bool is_zoo_head(std::string_view bytes) {
  return bytes.size() > text_size && bytes.substr(text_size).starts_with(tag);
}

}  // namespace dosarchive_plugin
