// SPDX-License-Identifier: MIT
#include "members.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reader.h"
#include "tar_special.h"

namespace archive_plugin {
namespace {

using postern::Child;
using postern::Error;

class Opening {
 public:
  Opening(Report& report, const Source& source)
      : report_(report), source_(source), reader_(source.bytes, source.format) {}

  uint64_t run(const std::function<Known(size_t)>& known) {
    size_t nth = 0;
    for (Member member; !lost_; ++nth) {
      report_.watch_time();
      switch (reader_.next(member)) {
        case Answer::ready:
          add(member, known ? known(nth) : Known());
          break;
        case Answer::end:
          return reader_.position();
        case Answer::encrypted:
          report_.encrypted(reader_.why());
          return 0;
        case Answer::unrecognised:
        case Answer::warning:
        case Answer::failed:
        case Answer::broken:
          trouble();
          return 0;
      }
    }
    return 0;
  }

 private:
  void add(const Member& member, Known known) {
    if (known.is_ours) return;
    std::vector<std::string>& names = known.names;
    names.erase(std::remove(names.begin(), names.end(), member.name), names.end());
    names.insert(names.begin(), member.name);
    NewChild told;
    told.names = names;
    told.link = member.link.empty() ? known.link : member.link;
    told.expected = member.special ? 0 : member.size;
    told.encrypted = member.encrypted;
    if (member.encrypted) report_.encrypted("a member needs a password");
    if (member.encrypted || known.is_bare) {
      told.special = member.special || known.is_bare;
      return void(report_.without_bytes(told));
    }
    Child child = report_.open(told);
    uint64_t written = 0;
    uint32_t flags = is_skipped(member) ? 0 : copy(child, written);
    if (member.special) flags |= copy_odd(member, child, written);
    if (known.is_link) told.link = front_;
    report_.close(child, told, flags);
    if (member.special && source_.format == Format::tar && !lost_) open_other_reading(told);
  }

  // libarchive reads no directory of LHA, and takes it for damaged if it has bytes.
  bool is_skipped(const Member& member) const {
    return source_.format == Format::lha && member.special && member.link.empty();
  }

  // What is no file and has bytes is one to readers that do not know its kind.
  uint32_t copy_odd(const Member& member, Child& child, uint64_t written) {
    if (!member.target.empty()) {  // every link of this format has them
      child.write(member.target);
      return 0;
    }
    if (is_skipped(member)) {
      const std::string_view skipped = reader_.skip();
      child.write(skipped);
      written = skipped.size();
    }
    if (written == 0) return POSTERN_PART_SPECIAL;
    report_.special_bytes();
    return 0;
  }

  void open_other_reading(NewChild told) {
    const std::optional<TarBytes> odd = bytes_behind_special(source_.bytes, reader_.position());
    if (!odd) return;
    report_.special_bytes();
    slice(told, odd->begin, odd->end);
    // Who skips these bytes goes on behind them; his next odd member is found there.
    if (odd->end_of_block >= source_.bytes.size() || std::exchange(has_other_reading_, true)) return;
    told = {};
    told.role = "reading";
    slice(told, odd->end_of_block, source_.bytes.size());
  }

  void slice(NewChild& told, uint64_t begin, uint64_t end) {
    told.offset = begin;
    told.length = told.expected = end - begin;
    Child child = report_.open(told);
    child.slice(told.offset, told.length);
    report_.close(child, told, 0);
  }

  // All bytes of the member; returns the flags it must be closed with.
  uint32_t copy(Child& child, uint64_t& written) {
    uint32_t flags = 0;
    int idle = 0;
    front_.clear();
    for (Block block;;) {
      report_.watch_time();
      const Answer answer = reader_.read(block);
      if (answer == Answer::end) return flags;
      if (answer == Answer::ready || answer == Answer::warning) {
        if (block.offset < written) return flags | trouble();  // bytes written over: no honest archive does this
        fill_hole(child, block.offset - written);
        child.write(block.bytes);
        keep_front(block.bytes);
        written = block.offset + block.bytes.size();
      }
      switch (answer) {
        case Answer::ready:
          break;
        case Answer::warning:
          flags |= POSTERN_PART_BROKEN;
          trouble();
          // libarchive warns once at the end of a member; one that only warns is going nowhere.
          if (block.bytes.empty() && ++idle > 1) return flags;
          break;
        case Answer::encrypted:
          report_.encrypted(reader_.why());
          lost_ = true;
          return flags | POSTERN_PART_ENCRYPTED | POSTERN_PART_TRUNCATED;
        case Answer::failed:
          return flags | trouble();
        case Answer::broken:
        case Answer::unrecognised:
        case Answer::end:
          lost_ = true;
          return flags | trouble();
      }
    }
  }

  void keep_front(std::string_view bytes) {
    constexpr size_t longest_target = 4096;
    front_ += bytes.substr(0, longest_target - std::min(longest_target, front_.size()));
  }

  // A sparse file may claim exabytes of nothing: the host's quota ends that.
  void fill_hole(Child& child, uint64_t size) {
    static constexpr std::array<char, 65536> zeros{};
    while (size > 0) {
      report_.watch_time();
      const size_t n = static_cast<size_t>(std::min<uint64_t>(size, zeros.size()));
      child.write({zeros.data(), n});
      size -= n;
    }
  }

  uint32_t trouble() {
    if (reader_.is_unsupported()) {
      report_.unsupported("archive-unsupported-method", reader_.why());
      return POSTERN_PART_TRUNCATED;
    }
    return report_.damaged(reader_.why());
  }

  Report& report_;
  Source source_;
  Reader reader_;
  std::string front_;               // of the last member
  bool lost_ = false;               // the reader cannot go on
  bool has_other_reading_ = false;  // what stands behind odd bytes is a part already
};

}  // namespace

uint64_t open_members(Report& report, const Source& source, const std::function<Known(size_t)>& known) {
  return Opening(report, source).run(known);
}

}  // namespace archive_plugin
