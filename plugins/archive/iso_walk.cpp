// SPDX-License-Identifier: MIT
#include "iso_walk.h"

#include <postern/support/binary.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "bytes.h"

namespace archive_plugin {
namespace {

constexpr size_t most_files = 1u << 17, most_records = 1u << 20;
constexpr uint64_t longest_continuation = 4096;
constexpr uint64_t sector = 2048, first_descriptor = 16, most_descriptors = 64;
constexpr unsigned deepest = 256;
enum : uint8_t { primary = 1, supplementary = 2, terminator = 255 };
enum : uint8_t { flag_directory = 2, flag_goes_on = 0x80 };

struct Directory {
  uint64_t offset, size;
  std::string path;
  unsigned depth;
  bool is_moved = false;   // by its own word Rock Ridge shows it elsewhere
  bool is_hidden = false;  // Rock Ridge shows it nowhere: not it, and nothing in it
};

// A file whose last extent has not come yet.
struct Pending {
  IsoFile file;
  std::string_view identifier;
};

struct Tree {
  uint64_t block;  // size of a logical block
  bool is_joliet;
  uint32_t bit;
};

std::string from_ucs2(std::string_view raw) {
  std::string out;
  for (size_t i = 0; i + 1 < raw.size(); i += 2) {
    postern::support::append_utf8(out, static_cast<uint32_t>(big(raw, i, 2)));
  }
  return out;
}

// "A.TXT;1" is called A.TXT, "README.;1" README.
std::string without_version(std::string name) {
  const size_t semicolon = name.rfind(';');
  if (semicolon != name.npos) name.resize(semicolon);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

// What Rock Ridge says of a file, in the system use area of its record and where that goes on.
struct RockRidge {
  std::string name, link;
  bool is_special = false, is_compressed = false, is_moved = false;
  uint64_t child = 0;  // block where a directory that was moved away really is
};

class Walk {
 public:
  explicit Walk(std::string_view bytes) : b_(bytes) {}

  IsoWalk run() {
    for (uint64_t n = first_descriptor; n < first_descriptor + most_descriptors; ++n) {
      const uint64_t at = n * sector;
      if (!holds(b_, at, 7)) break;
      if (has(b_, at + 1, "NSR02") || has(b_, at + 1, "NSR03")) out_.has_udf = true;
      if (!has(b_, at + 1, "CD001")) continue;
      const auto type = static_cast<uint8_t>(b_[static_cast<size_t>(at)]);
      if (type == primary || type == supplementary) read_tree(at);
    }
    for (auto& [key, file] : found_) out_.files.push_back(std::move(file));
    return std::move(out_);
  }

 private:
  void damage(const char* why) {
    if (out_.damage.empty()) out_.damage = why;
  }

  void read_tree(uint64_t descriptor) {
    if (out_.trees >= 8) return damage("very many trees");
    const bool is_joliet = b_[static_cast<size_t>(descriptor)] == supplementary && has(b_, descriptor + 88, "%/") &&
                           holds(b_, descriptor, sector);
    const uint64_t block = std::max<uint64_t>(little16(b_, descriptor + 128), 512);
    out_.end = std::max(out_.end, little32(b_, descriptor + 80) * block);
    const Tree tree{block, is_joliet, 1u << out_.trees++};
    const uint64_t root = descriptor + 156;
    read_directories(tree, {little32(b_, root + 2) * block, little32(b_, root + 10), {}, 0});
  }

  // Not recursive, and no directory twice: a hostile image has loops. A directory that was moved away has its turn
  // after all others, so that it goes by the name under which it belongs, and one that is left over is hidden.
  void read_directories(const Tree& tree, Directory root) {
    std::vector<Directory> open{std::move(root)}, moved;
    std::set<uint64_t> seen{open.front().offset};
    const auto is_new = [&](const Directory& d) {
      if (d.depth > deepest) damage("directories stand too deep");
      return d.depth <= deepest && seen.insert(d.offset).second;
    };
    while (!open.empty()) {
      const Directory directory = std::move(open.back());
      open.pop_back();
      for (Directory& below : read_directory(tree, directory)) {
        if (below.is_moved)
          moved.push_back(std::move(below));
        else if (is_new(below))
          open.push_back(std::move(below));
      }
      while (open.empty() && !moved.empty()) {
        moved.back().is_hidden = true;
        if (is_new(moved.back())) open.push_back(std::move(moved.back()));
        moved.pop_back();
      }
      if (out_.has_too_many) return;
    }
  }

  std::vector<Directory> read_directory(const Tree& tree, const Directory& directory) {
    std::vector<Directory> below;
    if (!holds(b_, directory.offset, directory.size)) damage("a directory is not in the image");
    const uint64_t end =
        std::min<uint64_t>(b_.size(), directory.offset + std::min<uint64_t>(directory.size, b_.size()));
    Pending pending;
    for (uint64_t at = directory.offset; at < end;) {
      if (++records_ > most_records) {  // directories that overlap
        out_.has_too_many = true;
        break;
      }
      const auto length = static_cast<uint8_t>(b_[static_cast<size_t>(at)]);
      if (length == 0) {  // records do not cross sectors
        at = (at / sector + 1) * sector;
        continue;
      }
      constexpr uint64_t head = 33;
      const std::string_view record = range(b_.substr(0, static_cast<size_t>(end)), at, length);
      at += length;
      if (record.size() < head + 1) {
        damage("a directory record is too short");
        break;
      }
      read_record(tree, directory, record, pending, below);
      if (out_.has_too_many) break;
    }
    end_early(pending, tree);
    return below;
  }

  // What is there of a file is a file.
  void end_early(Pending& pending, const Tree& tree) {
    if (pending.file.names.empty()) return;
    damage("a file goes on in no further record");
    add(std::exchange(pending.file, {}), tree);
  }

  void read_record(const Tree& tree, const Directory& directory, std::string_view record, Pending& pending,
                   std::vector<Directory>& below) {
    constexpr uint64_t name_at = 33;
    const auto name_size = static_cast<uint8_t>(record[32]);
    const auto flags = static_cast<uint8_t>(record[25]);
    const std::string_view raw = range(record, name_at, name_size);
    if (raw.size() == 1 && (raw[0] == 0 || raw[0] == 1)) return;  // itself, and the one above
    const uint64_t extended = static_cast<uint8_t>(record[1]);
    const uint64_t offset = (little32(record, 2) + extended) * tree.block;
    const uint64_t size = little32(record, 10);
    RockRidge more;
    if (!tree.is_joliet)
      read_system_use(range(record, name_at + name_size + (name_size % 2 == 0), record.size()), tree, more, 0);
    const std::string plain = tree.is_joliet ? without_version(from_ucs2(raw)) : without_version(std::string(raw));
    const std::string path = directory.path + (more.name.empty() ? plain : more.name);
    if (more.child) {
      // The size of a moved directory stands in its own first record.
      const uint64_t at = more.child * tree.block;
      add_directory(at, path, tree);
      below.push_back({at, little32(b_, at + 10), path + "/", directory.depth + 1, false, directory.is_hidden});
    }
    if (raw != pending.identifier) end_early(pending, tree);
    if (flags & flag_directory) {
      add_directory(offset, path, tree);
      below.push_back({offset, size, path + "/", directory.depth + 1, more.is_moved, directory.is_hidden});
      return;
    }
    IsoFile& file = pending.file;
    if (more.child && size == 0 && file.names.empty()) return;  // as honest writers leave its place
    pending.identifier = raw;
    if (size > 0 || file.extents.empty()) file.extents.emplace_back(offset, size);
    file.size += size;
    add_name(file, path);
    add_name(file, directory.path + plain);
    if (file.link.empty()) file.link = more.link;
    file.is_special |= more.is_special;
    file.is_compressed |= more.is_compressed;
    // Who knows nothing of Rock Ridge sees a file all the same: Windows does.
    file.is_disputed |= directory.is_hidden || more.is_special || more.child || !more.link.empty();
    if (flags & flag_goes_on) return;
    add(std::exchange(file, {}), tree);
  }

  static void add_name(IsoFile& file, std::string name) {
    constexpr size_t most_names = 64;
    if (file.names.size() < most_names && std::find(file.names.begin(), file.names.end(), name) == file.names.end())
      file.names.push_back(std::move(name));
  }

  void add_directory(uint64_t at, const std::string& path, const Tree& tree) {
    IsoFile directory;
    directory.is_directory = true;
    directory.names.push_back(path);
    directory.extents.emplace_back(at, 0);
    add(std::move(directory), tree);
  }

  // The same bytes under another name, in another tree: one file.
  void add(IsoFile file, const Tree& tree) {
    const bool has_bytes = file.size > 0;
    const Key key{has_bytes || file.is_directory ? file.extents : Extents(),
                  has_bytes ? std::string() : file.names.front()};
    const auto known = found_.find(key);
    if (known == found_.end()) {
      if (found_.size() >= most_files) {
        out_.has_too_many = true;
        return;
      }
      file.trees = tree.bit;
      found_.emplace(key, std::move(file));
      return;
    }
    IsoFile& same = known->second;
    same.trees |= tree.bit;
    if (same.link.empty()) same.link = file.link;
    same.is_special |= file.is_special;
    same.is_compressed |= file.is_compressed;
    same.is_disputed |= file.is_disputed;
    for (std::string& name : file.names) add_name(same, std::move(name));
  }

  // SUSP: two letters, length, version, data.
  void read_system_use(std::string_view area, const Tree& tree, RockRidge& out, unsigned continued) {
    for (uint64_t at = 0; holds(area, at, 4);) {
      const auto length = static_cast<uint8_t>(area[static_cast<size_t>(at) + 2]);
      if (length < 4) return;
      const std::string_view entry = range(area, at, length), kind = entry.substr(0, 2);
      at += length;
      if (kind == "NM" && entry.size() > 5)
        out.name += entry.substr(5);
      else if (kind == "SL")
        read_link(entry, out);
      else if (kind == "PX")
        read_mode(entry, out);
      else if (kind == "ZF")
        out.is_compressed = true;
      else if (kind == "CL")
        out.child = little32(entry, 4);
      else if (kind == "RE")
        out.is_moved = true;
      else if (kind == "CE" && continued < 32)
        read_system_use(range(b_, little32(entry, 4) * tree.block + little32(entry, 12),
                              std::min<uint64_t>(little32(entry, 20), longest_continuation)),
                        tree, out, continued + 1);
      else if (kind == "ST")
        return;
    }
  }

  static void read_mode(std::string_view entry, RockRidge& out) {
    constexpr uint32_t mask = 0170000, regular = 0100000, directory = 0040000, link = 0120000;
    const uint32_t type = little32(entry, 4) & mask;
    out.is_special = type != 0 && type != regular && type != directory && type != link;
  }

  static void read_link(std::string_view entry, RockRidge& out) {
    enum : uint8_t { current = 2, parent = 4, root = 8 };
    for (uint64_t at = 5; holds(entry, at, 2);) {
      const auto flags = static_cast<uint8_t>(entry[static_cast<size_t>(at)]),
                 size = static_cast<uint8_t>(entry[static_cast<size_t>(at) + 1]);
      if (!out.link.empty() && !out.link.ends_with('/')) out.link += '/';
      out.link += flags & root      ? "/"
                  : flags & parent  ? ".."
                  : flags & current ? "."
                                    : std::string(range(entry, at + 2, size));
      at += 2u + size;
    }
  }

  using Extents = std::vector<std::pair<uint64_t, uint64_t>>;
  using Key = std::pair<Extents, std::string>;
  std::string_view b_;
  IsoWalk out_;
  std::map<Key, IsoFile> found_;
  size_t records_ = 0;
};

}  // namespace

IsoWalk walk_iso(std::string_view bytes) {
  return Walk(bytes).run();
}

}  // namespace archive_plugin
