// SPDX-License-Identifier: MIT
#include "arj_walk.h"

#include <algorithm>
#include <optional>

#include <postern/support/binary.h>

#include "checksum.h"

namespace dosarchive_plugin {
namespace {

using postern::support::BinaryReader;

constexpr std::string_view mark = "\x60\xea";
constexpr size_t least_header = 30, most_header = 2600;
constexpr int most_extended = 64;  // extended headers behind one header; nobody writes more than a few
enum Flag : uint8_t { garbled = 0x01, old_secured = 0x02, continued = 0x04, protection_or_continues = 0x08, secured = 0x40 };
enum Type : uint8_t { binary = 0, text = 1, main_header = 2, most_type = 6 };

struct Header {
  uint64_t end = 0;  // behind the extended headers
  uint8_t first_size = 0, system = 0, flags = 0, method = 0, type = 0;
  uint64_t packed = 0, size = 0;
  uint32_t checksum = 0;
  std::string name;
  bool is_right = false;  // its checksum
  bool is_plain = false;  // its texts end where it ends, its fields are ones that writers write
};

enum class Found { header, end_mark, nothing };

Found read_header(std::string_view bytes, uint64_t at, Header& out) {
  if (at > bytes.size() || !bytes.substr(at).starts_with(mark)) return Found::nothing;
  BinaryReader in(bytes, at + mark.size());
  const uint16_t size = in.u16();
  if (in.failed()) return Found::nothing;
  if (size == 0) return Found::end_mark;
  if (size < least_header || size > most_header) return Found::nothing;
  const std::string_view head = in.take(size);
  const uint32_t claimed = in.u32();
  if (in.failed()) return Found::nothing;
  BinaryReader fields(head);
  out.first_size = fields.u8();
  if (out.first_size < least_header || out.first_size > size) return Found::nothing;
  fields.skip(2);  // versions
  out.system = fields.u8();
  out.flags = fields.u8();
  out.method = fields.u8();
  out.type = fields.u8();
  fields.skip(5);  // reserved, time
  out.packed = fields.u32();
  out.size = fields.u32();
  out.checksum = fields.u32();
  BinaryReader texts(head, out.first_size);
  out.name = texts.c_string();
  texts.c_string();  // comment
  out.is_plain = !texts.failed() && texts.left() == 0 && out.system <= 11 && out.method <= 9 && out.type <= most_type;
  out.is_right = checksum(Checksum::crc32, head) == claimed;
  int left = most_extended;
  for (uint16_t extended = in.u16(); extended != 0 && !in.failed() && left-- > 0; extended = in.u16())
    in.skip(size_t{extended} + 4);
  out.end = in.at();
  return Found::header;
}

Method method_of(uint8_t method) {
  switch (method) {
    case 0: return Method::stored;
    case 1:
    case 2:
    case 3: return Method::lzh7;
    case 4: return Method::arj_fastest;
    default: return Method::unknown;
  }
}

class Walking {
 public:
  explicit Walking(std::string_view archive) : archive_(archive) { walk_.checksum = Checksum::crc32; }

  Walk run() {
    for (bool is_first = true; !walk_.has_too_many; is_first = false) {
      Header header;
      const Found found = read_header(archive_, at_, header);
      if (found == Found::end_mark && !is_first) {
        at_ += mark.size() + 2;
        break;
      }
      // A wrong checksum is believed only where a header has to stand and everything else is in order.
      if (found != Found::header || (!header.is_right && !header.is_plain)) {
        note_damage(walk_, at_ >= archive_.size() ? "it has no end" : "no header where one should be");
        if (!resume()) break;
        continue;
      }
      if (!header.is_right) note_damage(walk_, "a header's checksum is wrong");
      at_ = header.end;
      if (header.type == main_header) tell(header);
      else add(header);
    }
    if (at_ < archive_.size()) walk_.leftovers.push_back({at_, archive_.size()});
    return std::move(walk_);
  }

 private:
  void tell(const Header& h) {
    walk_.is_volume |= (h.flags & continued) != 0;
    walk_.is_protected |= (h.flags & (protection_or_continues | secured | old_secured)) != 0;
  }

  void add(Header& h) {
    if (walk_.members.size() >= most_members) {
      walk_.has_too_many = true;
      return;
    }
    Member m;
    m.names.push_back(std::move(h.name));
    m.label = "arj " + std::to_string(h.method);
    m.method = method_of(h.method);
    m.packed = clipped(archive_, at_, h.packed);
    m.size = h.size;
    m.checksum = h.checksum;
    m.is_special = h.type > main_header && h.packed == 0;  // one with bytes is a file to those that know no such type
    m.is_encrypted = h.flags & garbled;
    m.is_split = h.flags & (continued | protection_or_continues);
    m.is_cut = m.packed.end - m.packed.begin < h.packed;
    if (m.is_cut) note_damage(walk_, "a member is cut");
    at_ = m.packed.end;
    walk_.members.push_back(std::move(m));
  }

  // Goes to the next header that is right; false: there is none.
  bool resume() {
    const ArjSearch next = find_arj_header(archive_, at_, false, budget_);
    walk_.has_too_many |= next.is_given_up;
    if (next.at == std::string_view::npos) return false;
    walk_.leftovers.push_back({at_, next.at});
    at_ = next.at;
    return true;
  }

  std::string_view archive_;
  Walk walk_;
  size_t at_ = 0, budget_ = arj_search_budget;
};

}  // namespace

Walk walk_arj(std::string_view archive) {
  return Walking(archive).run();
}

ArjSearch find_arj_header(std::string_view bytes, size_t from, bool main_only, size_t& budget) {
  constexpr size_t type_at = 10;
  for (size_t at = bytes.find(mark, from); at != bytes.npos; at = bytes.find(mark, at + 1)) {
    if (at + type_at >= bytes.size()) break;
    const auto type = static_cast<unsigned char>(bytes[at + type_at]);
    if (main_only ? type != main_header : type > most_type) continue;
    if (budget < most_header) return {bytes.npos, true};
    Header header;
    if (read_header(bytes, at, header) == Found::header && header.is_right) return {at, false};
    if (header.first_size != 0) budget -= most_header;  // it was long enough to be read
  }
  return {};
}

bool is_arj_head(std::string_view bytes) {
  Header header;
  if (read_header(bytes, 0, header) != Found::header) return false;
  return header.is_right || (header.is_plain && header.type == main_header);
}

}  // namespace dosarchive_plugin
