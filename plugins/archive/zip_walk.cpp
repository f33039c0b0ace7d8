// SPDX-License-Identifier: MIT
#include "zip_walk.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "bytes.h"
#include "zip_names.h"

namespace archive_plugin {
namespace {

using namespace std::string_view_literals;

constexpr size_t most_members = 1u << 17;
constexpr size_t most_directories = 8;
constexpr std::string_view local_mark = "PK\3\4", central_mark = "PK\1\2", end_mark = "PK\5\6", end64_mark = "PK\6\6",
                           locator_mark = "PK\6\7", descriptor_mark = "PK\7\10";
constexpr uint64_t local_size = 30, central_size = 46, end_size = 22, end64_size = 56, locator_size = 20;
constexpr uint32_t all_ones32 = 0xffffffff;
enum : uint16_t {
  flag_encrypted = 1,
  flag_descriptor = 8,
  flag_strong = 0x40,
  flag_utf8 = 0x800,
  flag_masked = 0x2000
};

struct Local {
  uint16_t flags = 0, method = 0;
  uint32_t crc = 0;
  uint64_t packed = 0, size = 0, data = 0;
  std::string_view name, extra;
};

struct Central {
  Local claims;  // the same fields
  uint64_t header = 0;
  bool is_link = false;
  uint16_t disk = 0;
};

struct Directory {
  uint64_t begin = 0, end = 0;  // of its entries
  uint64_t record = 0;          // its end record
  int64_t shift = 0;            // to be added to the offsets it tells
};

// The 64-bit fields of extra field 1 stand only for those that do not fit in 32 bits.
void widen(Local& fields, uint64_t* header, uint32_t header32) {
  for (uint64_t at = 0; holds(fields.extra, at, 4);) {
    const uint16_t id = little16(fields.extra, at), size = little16(fields.extra, at + 2);
    if (id == 1) {
      uint64_t next = at + 4;
      const auto take = [&](uint64_t& field) {
        if (next + 8 <= at + 4 + size) field = little64(fields.extra, next);
        next += 8;
      };
      if (fields.size == all_ones32) take(fields.size);
      if (fields.packed == all_ones32) take(fields.packed);
      if (header && header32 == all_ones32) take(*header);
    }
    at += 4u + size;
  }
}

Local read_local(std::string_view b, uint64_t at) {
  Local l;
  l.flags = little16(b, at + 6);
  l.method = little16(b, at + 8);
  l.crc = little32(b, at + 14);
  l.packed = little32(b, at + 18);
  l.size = little32(b, at + 22);
  const uint16_t name = little16(b, at + 26), extra = little16(b, at + 28);
  l.name = range(b, at + local_size, name);
  l.extra = range(b, at + local_size + name, extra);
  l.data = at + local_size + name + extra;
  widen(l, nullptr, 0);
  return l;
}

Central read_central(std::string_view b, uint64_t at) {
  constexpr uint8_t unix_made = 3;
  constexpr uint32_t type_mask = 0170000, link_type = 0120000;
  Central c;
  c.claims.flags = little16(b, at + 8);
  c.claims.method = little16(b, at + 10);
  c.claims.crc = little32(b, at + 16);
  c.claims.packed = little32(b, at + 20);
  c.claims.size = little32(b, at + 24);
  const uint16_t name = little16(b, at + 28), extra = little16(b, at + 30);
  c.disk = little16(b, at + 34);
  c.is_link = little(b, at + 5, 1) == unix_made && (little32(b, at + 38) >> 16 & type_mask) == link_type;
  const uint32_t header32 = little32(b, at + 42);
  c.header = header32;
  c.claims.name = range(b, at + central_size, name);
  c.claims.extra = range(b, at + central_size + name, extra);
  widen(c.claims, &c.header, header32);
  return c;
}

uint64_t central_length(std::string_view b, uint64_t at) {
  return central_size + little16(b, at + 28) + little16(b, at + 30) + little16(b, at + 32);
}

class Walk {
 public:
  explicit Walk(std::string_view bytes) : b_(bytes) {}

  ZipWalk run() {
    find_directories();
    for (const Directory& directory : directories_) read(directory);
    if (directories_.size() > 1) doubt("zip-two-directories", "it has more than one directory of members");
    scan_local_headers();
    look_for_overlaps();
    if (has(b_, 0, descriptor_mark) && directories_.empty()) out_.is_volume = true;  // the first of several
    if (!has_end_) {
      if (!out_.is_volume) damage("the directory at its end is missing");
      out_.end = b_.size();
    }
    return std::move(out_);
  }

 private:
  void doubt(const char* token, std::string text) { add(out_.doubts, token, std::move(text)); }
  void defect(const char* token, std::string text) { add(out_.defects, token, std::move(text)); }
  static void add(std::vector<ZipDoubt>& to, const char* token, std::string text) {
    if (std::none_of(to.begin(), to.end(), [&](const ZipDoubt& d) { return d.token == token; }))
      to.push_back({token, std::move(text)});
  }
  void damage(const char* why) {
    if (out_.damage.empty()) out_.damage = why;
  }

  // ---- directories: from the last end record to the first, without those that stand inside a member

  void find_directories() {
    size_t seen = 0;
    for (size_t at = b_.rfind(end_mark); at != b_.npos; at = at == 0 ? b_.npos : b_.rfind(end_mark, at - 1)) {
      if (!holds(b_, at, end_size) || is_inside_member(at)) continue;
      // Each accepted one costs a look at its entries.
      if (directories_.size() >= most_directories || ++seen > 4096) {
        doubt("zip-two-directories", "it has very many directories of members");
        return;
      }
      accept(at);
    }
    std::reverse(directories_.begin(), directories_.end());
    std::stable_partition(directories_.begin(), directories_.end(),
                          [&](const Directory& d) { return d.record == last_record_; });
  }

  void accept(uint64_t record) {
    const uint16_t disk = little16(b_, record + 4), first_disk = little16(b_, record + 6);
    uint64_t size = little32(b_, record + 12), offset = little32(b_, record + 16), end = record,
             count = little16(b_, record + 10);
    if (record >= locator_size && has(b_, record - locator_size, locator_mark)) {
      const uint64_t told = little64(b_, record - locator_size + 8);
      const uint64_t usual = record >= locator_size + end64_size ? record - locator_size - end64_size : record;
      const uint64_t at = has(b_, told, end64_mark) && told < record ? told : usual;
      if (has(b_, at, end64_mark)) {
        size = little64(b_, at + 40);
        offset = little64(b_, at + 48);
        count = little64(b_, at + 32);
        end = at;
      }
    }
    if ((disk != 0 && disk != 0xffff) || (first_disk != 0 && first_disk != 0xffff)) out_.is_volume = true;
    if (count == 0 && size == 0) return note_end(record);  // an empty archive
    bool found = false;
    if (size <= end && has(b_, end - size, central_mark))
      found = add_directory(end - size, end, record, offset, count, size);
    if (!(found && offset == directories_.back().begin) && has(b_, offset, central_mark) && offset < end)
      found = add_directory(offset, end, record, offset, count, size) || found;
    // With an encrypted directory there is something, but no entry.
    if (found) return;
    if (record == last_possible_record() && count > 0 && count < most_members && size <= end && size > 0) {
      if (little16(b_, 6) & (flag_masked | flag_strong))
        out_.is_directory_encrypted = true;
      else if (!out_.is_volume)
        damage("its directory is not where its end record says");
    }
  }

  uint64_t last_possible_record() const { return b_.rfind(end_mark); }

  void note_end(uint64_t record) {
    last_record_ = std::max(last_record_, record);
    const uint64_t end = record + end_size + little16(b_, record + 20);
    if (end > b_.size() && record == last_record_)
      defect("zip-comment", "its comment claims more bytes than there are");
    out_.end = std::max(out_.end, std::min<uint64_t>(end, b_.size()));
    has_end_ = true;
  }

  bool add_directory(uint64_t begin, uint64_t limit, uint64_t record, uint64_t told_begin, uint64_t count,
                     uint64_t size) {
    if (std::any_of(directories_.begin(), directories_.end(),
                    [&](const Directory& d) { return d.begin <= begin && begin < d.end; }))
      return true;
    Directory d{begin, begin, record, static_cast<int64_t>(begin - told_begin)};
    uint64_t entries = 0;
    std::vector<std::pair<uint64_t, uint64_t>> ranges;
    for (; has(b_, d.end, central_mark) && holds(b_, d.end, central_size) && d.end < limit;
         d.end += central_length(b_, d.end)) {
      if (++entries > most_members || is_full()) continue;
      const Central c = read_central(b_, d.end);
      if (const auto header = local_of(c, d)) {
        const Local l = local(*header);
        ranges.emplace_back(*header, l.data + std::max(c.claims.packed, l.packed));
      }
    }
    if (entries != count && (entries & 0xffff) != (count & 0xffff))
      doubt("zip-directory-claims", "its end record counts other members than its directory lists");
    else if (d.end - d.begin != size)
      doubt("zip-directory-claims", "its end record tells another size of the directory");
    cover(std::move(ranges));
    note_end(record);
    directories_.push_back(d);
    return true;
  }

  // What members take up, as disjoint ranges.
  void cover(std::vector<std::pair<uint64_t, uint64_t>> more) {
    covered_.insert(covered_.end(), more.begin(), more.end());
    std::sort(covered_.begin(), covered_.end());
    std::vector<std::pair<uint64_t, uint64_t>> merged;
    for (const auto& range : covered_) {
      if (!merged.empty() && range.first <= merged.back().second)
        merged.back().second = std::max(merged.back().second, range.second);
      else
        merged.push_back(range);
    }
    covered_ = std::move(merged);
  }

  bool is_inside_member(uint64_t at) const {
    const auto after = std::upper_bound(covered_.begin(), covered_.end(), std::pair(at, ~uint64_t{0}));
    return after != covered_.begin() && at < std::prev(after)->second;
  }

  // An offset counts from the file's begin, or from the archive's where something was put before it.
  std::optional<uint64_t> local_of(const Central& c, const Directory& d) const {
    const uint64_t shifted = c.header + static_cast<uint64_t>(d.shift);
    if (has(b_, shifted, local_mark) && holds(b_, shifted, local_size)) return shifted;
    if (has(b_, c.header, local_mark) && holds(b_, c.header, local_size)) return c.header;
    return std::nullopt;
  }

  // ---- members

  void read(const Directory& directory) {
    std::unordered_map<std::string_view, uint64_t> names;
    for (uint64_t at = directory.begin; at < directory.end; at += central_length(b_, at)) {
      if (is_full()) return;
      const Central c = read_central(b_, at);
      if (c.disk != 0 && c.disk != 0xffff) {
        out_.is_volume = true;
        continue;
      }
      const auto header = local_of(c, directory);
      if (!header) {
        if (!out_.is_volume) damage("a member of the directory is not in the file");
        continue;
      }
      const auto [known, is_new] = names.emplace(c.claims.name, *header);
      const bool is_file = !c.claims.name.ends_with('/');
      if (!is_new && is_file && known->second != *header) doubt("zip-duplicate-name", "two members have one name");
      add_member(c, *header);
    }
  }

  void add_member(const Central& c, uint64_t header) {
    const Local l = local(header);
    if (const auto known = by_header_.find(header); known != by_header_.end()) {  // listed twice
      const size_t index = known->second;
      const bool is_other = out_.members[index].packed != c.claims.packed;
      if (is_other && !is_full() && by_header_packed_.emplace(header, c.claims.packed).second)
        push(c.claims, l, header, c.is_link, true);
      ZipMember& m = out_.members[index];
      if (std::find(m.names.begin(), m.names.end(), c.claims.name) == m.names.end())
        doubt("zip-overlap", "members share their bytes");
      add_zip_names(c.claims.name, c.claims.extra, c.claims.flags & flag_utf8, m.names);
      return;
    }
    by_header_.emplace(header, out_.members.size());
    push(c.claims, l, header, c.is_link, false);
    compare(c, l, header);
  }

  void push(const Local& claims, const Local& local, uint64_t header, bool is_link, bool is_reading) {
    ZipMember m;
    add_zip_names(claims.name, claims.extra, claims.flags & flag_utf8, m.names);
    add_zip_names(local.name, local.extra, local.flags & flag_utf8, m.names);
    m.header = header;
    m.offset = std::min<uint64_t>(local.data, b_.size());
    m.packed = claims.packed;
    m.size = claims.size;
    m.crc = claims.crc;
    m.has_crc = true;
    m.method = claims.method;
    m.flags = claims.flags;
    m.is_encrypted = (claims.flags | local.flags) & flag_encrypted;
    m.is_link = is_link;
    m.is_reading = is_reading;
    clip(m);
    m.is_directory = m.packed == 0 && m.names.front().ends_with('/');
    if (m.flags & flag_strong) out_.is_directory_encrypted |= (m.flags & flag_masked) != 0;
    out_.members.push_back(std::move(m));
  }

  void clip(ZipMember& m) {
    const uint64_t there = b_.size() - m.offset;
    if (m.packed <= there) return;
    m.packed = there;
    if (!out_.is_volume) damage("a member ends behind the end of the file");
  }

  // Where the two headers say different things, both are read.
  void compare(const Central& c, const Local& l, uint64_t header) {
    const bool sizes_follow = l.flags & flag_descriptor;
    const bool masked = (c.claims.flags | l.flags) & flag_masked;
    if (masked) return;
    if (l.name != c.claims.name)
      doubt("zip-headers-disagree", "the directory and a member's own header tell different names");
    const bool other_method = l.method != c.claims.method;
    const bool other_size = !sizes_follow && (l.packed != c.claims.packed || l.size != c.claims.size);
    const bool other_secret = (l.flags ^ c.claims.flags) & flag_encrypted;
    const bool other_sum = !sizes_follow && l.crc != c.claims.crc;
    if (!other_method && !other_size && !other_secret && !other_sum) return;
    doubt("zip-headers-disagree", "the directory and a member's own header disagree");
    if ((other_method || (other_size && l.packed != c.claims.packed)) && l.packed + l.size > 0 && !is_full()) {
      Local claims = l;
      if (sizes_follow) claims.packed = c.claims.packed, claims.size = c.claims.size, claims.crc = c.claims.crc;
      push(claims, l, header, false, true);
    }
    // Encrypted for one of them only: the bytes as they are for the other.
    if (other_secret) {
      for (ZipMember& m : out_.members)
        if (m.header == header) m.is_encrypted = false;
      if (is_full()) return;
      push(c.claims, l, header, false, true);
      out_.members.back().is_encrypted = true;
    }
  }

  // Headers of an honest file do not overlap: what is read of them is less than the file, however often it is looked
  // at.
  Local local(uint64_t at) {
    const Local l = read_local(b_, at);
    work_ += l.data - at;
    return l;
  }

  bool is_full() {
    if (out_.members.size() < most_members && work_ < 8 * (uint64_t{b_.size()} + 65536)) return false;
    out_.has_too_many = true;
    return true;
  }

  // ---- the local headers alone, as a reader sees them that begins at the front

  void scan_local_headers() {
    const size_t listed = out_.members.size();
    for (uint64_t at = b_.find("PK"); at < b_.size();) {
      uint64_t next = at + 2;
      if (const auto known = by_header_.find(at); known != by_header_.end()) {
        next = std::max(next, streamed_end(known->second));
      } else if (has(b_, at, local_mark)) {
        next = std::max(next, scan_local(at));
      } else if (const auto d = std::find_if(directories_.begin(), directories_.end(),
                                             [&](const Directory& x) { return x.begin == at; });
                 d != directories_.end()) {
        next = std::max(next, d->end);
      }
      if (is_full()) return;
      at = next >= b_.size() ? b_.npos : b_.find("PK", static_cast<size_t>(next));
      if (at == b_.npos) break;
    }
    if (out_.members.size() > listed && !directories_.empty())
      doubt("zip-hidden-member", "a member is in no directory");
  }

  // Where a member ends that the directory lists. A stored one whose size follows it ends, for who reads from the
  // front, at the first descriptor that tells its own distance; what comes then are members for that reader, and bytes
  // for others.
  uint64_t streamed_end(size_t index) {
    const ZipMember m = out_.members[index];
    if (m.method != 0) return m.offset + m.packed;
    Local l = local(m.header);
    if (!(l.flags & flag_descriptor) || l.packed != 0) return m.offset + m.packed;
    work_ += m.packed;
    const std::string_view data = b_.substr(static_cast<size_t>(m.offset), static_cast<size_t>(m.packed));
    for (size_t at = data.find(descriptor_mark); at != data.npos; at = data.find(descriptor_mark, at + 2)) {
      const bool in_32_bits = holds(data, at, 16) && little32(data, at + 8) == at && little32(data, at + 12) == at;
      const bool in_64_bits = holds(data, at, 24) && little64(data, at + 8) == at && little64(data, at + 16) == at;
      if (!in_32_bits && !in_64_bits) continue;
      l.packed = l.size = at;
      l.crc = little32(data, at + 4);
      if (!is_full()) push(l, l, m.header, false, true);
      return m.offset + at;
    }
    return m.offset + m.packed;
  }

  // Where the scan goes on.
  uint64_t scan_local(uint64_t at) {
    if (!holds(b_, at, local_size)) return at + 2;
    Local l = local(at);
    if (!is_plausible(l)) return at + 2;
    const bool size_follows = (l.flags & flag_descriptor) && l.packed == 0;
    if (size_follows) l.packed = distance_to_next_mark(l.data);
    push(l, l, at, false, false);
    ZipMember& m = out_.members.back();
    m.is_open_ended = size_follows;
    m.has_crc = !(l.flags & flag_descriptor);
    if (size_follows) m.size = 0;
    by_header_.emplace(at, out_.members.size() - 1);
    return m.offset + m.packed;
  }

  bool is_plausible(const Local& l) const {
    constexpr uint16_t highest_method = 99, unused_flags = 0xd000;
    if (l.name.empty() || l.name.size() > 4096 || l.method > highest_method || (l.flags & unused_flags) ||
        l.data > b_.size())
      return false;
    if (std::any_of(l.name.begin(), l.name.end(), [](char c) { return c >= 0 && c < ' '; })) return false;
    return (l.flags & flag_descriptor) || l.packed > 0 || l.size == 0;
  }

  uint64_t distance_to_next_mark(uint64_t from) const {
    for (size_t at = b_.find("PK", static_cast<size_t>(from)); at != b_.npos; at = b_.find("PK", at + 2))
      for (const std::string_view mark : {descriptor_mark, local_mark, central_mark, end_mark})
        if (has(b_, at, mark)) return at - from;
    return b_.size() - from;
  }

  void look_for_overlaps() {
    std::vector<std::pair<uint64_t, uint64_t>> ranges;
    for (const ZipMember& m : out_.members)
      if (!m.is_reading && !m.is_open_ended) ranges.emplace_back(m.header, m.offset + m.packed);
    std::sort(ranges.begin(), ranges.end());
    for (size_t i = 1; i < ranges.size(); ++i)
      if (ranges[i].first < ranges[i - 1].second) return doubt("zip-overlap", "members share their bytes");
    for (const Directory& d : directories_)
      for (const auto& [begin, end] : ranges)
        if (begin < d.end && d.begin < end) return doubt("zip-overlap", "a member and the directory share their bytes");
  }

  std::string_view b_;
  ZipWalk out_;
  std::vector<Directory> directories_;
  std::vector<std::pair<uint64_t, uint64_t>> covered_;
  std::unordered_map<uint64_t, size_t> by_header_;  // members by their local header
  std::set<std::pair<uint64_t, uint64_t>> by_header_packed_;
  uint64_t last_record_ = 0;
  uint64_t work_ = 0;
  bool has_end_ = false;
};

}  // namespace

ZipWalk walk_zip(std::string_view bytes) {
  return Walk(bytes).run();
}

}  // namespace archive_plugin
