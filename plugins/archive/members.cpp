// SPDX-License-Identifier: MIT
#include "members.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "reader.h"

namespace archive_plugin {
namespace {

using postern::Child;
using postern::Error;

class Opening {
 public:
  Opening(Report& report, const Source& source) : report_(report), reader_(source.bytes, source.format) {}

  uint64_t run(const std::function<std::vector<std::string>(size_t)>& further_names) {
    size_t nth = 0;
    for (Member member; !lost_; ++nth) {
      report_.watch_time();
      switch (reader_.next(member)) {
        case Answer::ready:
          add(member, further_names ? further_names(nth) : std::vector<std::string>());
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
  void add(const Member& member, std::vector<std::string> names) {
    names.erase(std::remove(names.begin(), names.end(), member.name), names.end());
    names.insert(names.begin(), member.name);
    NewChild told;
    told.names = names;
    told.link = member.link;
    told.expected = member.special ? 0 : member.size;
    told.special = member.special;
    told.encrypted = member.encrypted;
    if (member.encrypted) report_.encrypted("a member needs a password");
    if (member.special || member.encrypted) return void(report_.without_bytes(told));
    Child child = report_.open(told);
    const uint32_t flags = copy(child);
    report_.close(child, told, flags);
  }

  // All bytes of the member; returns the flags it must be closed with.
  uint32_t copy(Child& child) {
    uint64_t written = 0;
    uint32_t flags = 0;
    int idle = 0;
    for (Block block;;) {
      report_.watch_time();
      const Answer answer = reader_.read(block);
      if (answer == Answer::end) return flags;
      if (answer == Answer::ready || answer == Answer::warning) {
        if (block.offset < written) return flags | trouble();  // bytes written over: no honest archive does this
        fill_hole(child, block.offset - written);
        child.write(block.bytes);
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
  Reader reader_;
  bool lost_ = false;  // the reader cannot go on
};

}  // namespace

uint64_t open_members(Report& report, const Source& source,
                      const std::function<std::vector<std::string>(size_t)>& further_names) {
  return Opening(report, source).run(further_names);
}

}  // namespace archive_plugin
