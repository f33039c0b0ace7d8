// SPDX-License-Identifier: MIT
#include "extract.h"

#include <algorithm>
#include <array>
#include <string>

#include "reader.h"
#include "types.h"

namespace archive_plugin {
namespace {

using postern::Child;
using postern::ChildInfo;
using postern::Error;
using postern::Job;
using postern::Part;

constexpr std::string_view program = "application/x-dosexec";

void watch_time(const Job& job) {
  if (job.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to unpack");
}

bool is_ours(std::string_view type) {
  return std::any_of(std::begin(accepted_types), std::end(accepted_types),
                     [&](const char* t) { return t && type == t; });
}

class Extraction {
 public:
  Extraction(Job& job, const Part& part) : job_(job), part_(part), reader_(part.text(), part.detected()) {}

  void run() {
    for (Member member;;) {
      watch_time(job_);
      switch (reader_.next(member)) {
        case Answer::ready:
          add(member);
          break;
        case Answer::end:
          return finish();
        case Answer::encrypted:
          return stop_at_encryption();
        case Answer::unrecognised:
          return refuse();
        case Answer::warning:
        case Answer::failed:
        case Answer::broken:
          return stop_at_damage();
      }
      if (lost_) return is_encrypted_ ? stop_at_encryption() : stop_at_damage();
    }
  }

 private:
  void add(const Member& member) {
    const std::string name = reader_.is_stream() && member.name.empty() ? uncompressed_name() : member.name;
    ChildInfo info;
    info.parent = part_.handle();
    info.name = name;
    info.encoding = member.method;
    info.expected = member.size;
    info.flags = (member.special ? uint32_t{POSTERN_PART_SPECIAL} : 0u) |
                 (member.encrypted ? uint32_t{POSTERN_PART_ENCRYPTED} : 0u);
    Child child = job_.open(info);
    const uint32_t flags = member.special || member.encrypted ? 0 : copy(child);
    const postern_part made = child.close(flags);
    if (reader_.is_stream() && !member.name.empty()) job_.note("part.name", uncompressed_name(), made);
    if (!member.link.empty()) job_.note("part.link", member.link, made);
    if (member.encrypted) tell_encrypted("a member needs a password");
  }

  // All bytes of the member; returns the flags it must be closed with.
  uint32_t copy(Child& child) {
    uint64_t written = 0;
    uint32_t flags = 0;
    int idle = 0;
    for (Block block;;) {
      watch_time(job_);
      const Answer answer = reader_.read(block);
      if (answer == Answer::end) return flags;
      if (answer == Answer::ready || answer == Answer::warning) {
        if (block.offset < written) return damaged(flags);  // bytes written over: no honest archive does this
        fill_hole(child, block.offset - written);
        child.write(block.bytes);
        written = block.offset + block.bytes.size();
      }
      switch (answer) {
        case Answer::ready:
          break;
        case Answer::warning:
          flags |= POSTERN_PART_BROKEN;
          damaged(flags);
          // libarchive warns once at the end of a member; one that only warns is going nowhere.
          if (block.bytes.empty() && ++idle > 1) return flags;
          break;
        case Answer::encrypted:
          tell_encrypted(reader_.why());
          lost_ = true;
          return flags | POSTERN_PART_ENCRYPTED | POSTERN_PART_TRUNCATED;
        case Answer::failed:
          return damaged(flags);
        case Answer::broken:
        case Answer::unrecognised:
        case Answer::end:
          lost_ = true;
          return damaged(flags);
      }
    }
  }

  // A sparse file may claim exabytes of nothing: the host's quota ends that.
  void fill_hole(Child& child, uint64_t size) {
    static constexpr std::array<char, 65536> zeros{};
    while (size > 0) {
      watch_time(job_);
      const size_t n = static_cast<size_t>(std::min<uint64_t>(size, zeros.size()));
      child.write({zeros.data(), n});
      size -= n;
    }
  }

  uint32_t damaged(uint32_t flags) {
    if (damage_.empty()) damage_ = reader_.why();
    return flags | POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
  }

  void tell_encrypted(std::string_view why) {  // once: members carry their flag
    if (!is_encrypted_) job_.finding(POSTERN_CAT_ENCRYPTED, "archive-encrypted", part_.handle(), why);
    is_encrypted_ = true;
  }

  void finish() {
    if (!damage_.empty()) stop_at_damage();
  }

  void stop_at_encryption() {
    tell_encrypted(reader_.why());
    throw Error(POSTERN_E_ENCRYPTED, "the archive needs a password");
  }

  [[noreturn]] void stop_at_damage() {
    if (damage_.empty()) damage_ = reader_.why();
    job_.finding(POSTERN_CAT_MALFORMED, "archive-damaged", part_.handle(), damage_);
    throw Error(POSTERN_E_BROKEN, damage_);
  }

  // Asked because of its declared type only, or because of a mark inside a program: somebody else may know it.
  void refuse() {
    if (!is_ours(part_.detected()) || part_.detected() == program) throw Error(POSTERN_E_UNSUPPORTED, "no archive");
    stop_at_damage();
  }

  // "report.txt.gz" holds "report.txt", "backup.tgz" holds "backup.tar".
  std::string uncompressed_name() const {
    const std::string_view name = part_.name();
    const size_t dot = name.rfind('.');
    if (dot == name.npos || dot == 0) return std::string(name);
    const std::string_view stem = name.substr(0, dot), suffix = name.substr(dot);
    for (const std::string_view tar : {".tgz", ".tbz", ".tbz2", ".txz", ".tlz", ".taz", ".tzst"})
      if (suffix == tar) return std::string(stem) + ".tar";
    for (const std::string_view plain : {".gz", ".bz2", ".xz", ".lzma", ".lz", ".zst", ".lz4", ".Z", ".z"})
      if (suffix == plain) return std::string(stem);
    return std::string(name);
  }

  Job& job_;
  const Part& part_;
  Reader reader_;
  std::string damage_;  // the first reason
  bool is_encrypted_ = false;
  bool lost_ = false;  // the reader cannot go on
};

}  // namespace

void extract(Job& job, const Part& part) {
  Extraction(job, part).run();
}

int probe(const Part& part) {
  if (part.detected() != program) return 50;
  Member first;
  const Answer answer = Reader(part.text(), part.detected()).next(first);
  return answer == Answer::ready || answer == Answer::encrypted ? 50 : 0;
}

}  // namespace archive_plugin
