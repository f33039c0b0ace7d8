// SPDX-License-Identifier: MIT
// A Compound File ([MS-CFB]), the file system inside old Office documents, .msg and .msi: bytes in, a tree of storages
// and streams out. Pure. Nothing it claims is believed: every chain of sectors is bounded by the sectors there are,
// every entry of the directory is visited once, and what all streams together may give is bounded too, since a million
// of them may be the same sectors. Damage is data: what can be reached is read, defects() tells the rest.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ole {

enum class Defect { header, chain, directory, orphan, overlap };

struct Entry {
  enum class Kind { unused, storage, stream };
  Kind kind = Kind::unused;
  std::string name;                // UTF-8
  std::string_view class_id;       // 16 bytes as they stand
  uint32_t parent = 0;             // index; the root (0) is its own
  uint32_t start = 0;              // first sector
  uint64_t size = 0;               // as claimed
  std::vector<uint32_t> children;  // in the order of the directory
};

// Where a stream's bytes stand, when they stand together.
struct Range {
  uint64_t offset = 0, length = 0;
};

class Compound {
 public:
  static bool is_one(std::string_view file);
  explicit Compound(std::string_view file);  // is_one(file)

  const std::vector<Entry>& entries() const { return entries_; }                // [0] is the root
  const std::vector<uint32_t>& orphans() const { return orphans_; }             // streams that no storage lists
  std::optional<uint32_t> find(uint32_t storage, std::string_view name) const;  // case does not matter

  // "storage/storage/stream"
  std::string path(uint32_t entry) const;

  // The bytes of a stream, piece by piece. False: not all that is claimed.
  using Sink = std::function<void(std::string_view)>;
  bool copy(uint32_t stream, const Sink& sink);
  std::string read(uint32_t stream, uint64_t most = UINT64_MAX);
  std::optional<Range> range(uint32_t stream);  // in one piece and whole; else copy() it

  const std::set<Defect>& defects() const { return defects_; }
  bool is_over_limit() const { return is_over_limit_; }  // more than the file can honestly hold was asked for

 private:
  using Chain = std::vector<uint32_t>;

  void read_header();
  void read_fat();
  void read_directory();
  void read_entry(std::string_view raw);
  void link_entries(const std::vector<std::array<uint32_t, 3>>& links);
  void collect_orphans(const std::vector<bool>& seen);
  Chain chain(uint32_t start, uint64_t most_bytes);
  std::string_view sector(uint32_t number) const;
  std::string_view mini_sector(uint32_t number) const;
  bool walk(const Entry& stream, uint64_t most, const Sink& sink);
  bool pay(uint64_t bytes);

  std::string_view file_;
  uint32_t sector_shift_ = 9, mini_shift_ = 6, cutoff_ = 4096;
  uint32_t sectors_ = 0;  // that the file has
  uint32_t first_directory_ = 0, first_mini_fat_ = 0, first_difat_ = 0;
  std::vector<uint32_t> fat_, mini_fat_;
  Chain mini_stream_;  // the sectors that hold the small streams
  std::vector<Entry> entries_;
  std::vector<uint32_t> orphans_;
  std::set<Defect> defects_;
  uint64_t left_;  // bytes that may still be read
  bool is_over_limit_ = false;
};

}  // namespace ole
