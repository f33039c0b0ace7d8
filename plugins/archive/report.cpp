// SPDX-License-Identifier: MIT
#include "report.h"

#include <zlib.h>

#include "formats.h"

namespace archive_plugin {

using postern::Child;
using postern::ChildInfo;

Child Report::open(const NewChild& child) {
  watch_time();
  ChildInfo info;
  info.parent = part().handle();
  if (!child.names.empty()) info.name = child.names.front();
  info.encoding = child.method;
  info.role = child.role;
  info.offset = child.offset;
  info.length = child.length;
  info.expected = child.expected;
  info.flags =
      (child.special ? uint32_t{POSTERN_PART_SPECIAL} : 0u) | (child.encrypted ? uint32_t{POSTERN_PART_ENCRYPTED} : 0u);
  return job().open(info);
}

postern_part Report::close(Child& child, const NewChild& told, uint32_t flags) {
  const postern_part made = child.close(flags);
  for (size_t i = 1; i < told.names.size(); ++i) job().note("part.name", told.names[i], made);
  if (!told.link.empty()) job().note("part.link", told.link, made);
  return made;
}

postern_part Report::without_bytes(const NewChild& told, uint32_t flags) {
  Child child = open(told);
  return close(child, told, flags);
}

uint32_t Report::decode(Codec& codec, std::string_view input, Child& child, uint32_t* crc) {
  codec.start(input);
  for (std::string_view piece;;) {
    watch_time();
    piece = {};
    const Progress progress = codec.next(piece);
    if (crc) *crc = static_cast<uint32_t>(::crc32_z(*crc, reinterpret_cast<const Bytef*>(piece.data()), piece.size()));
    if (!piece.empty()) child.write(piece);
    switch (progress) {
      case Progress::more:
        break;
      case Progress::end:
        return 0;
      case Progress::damaged:
        return damaged(codec.why());
      case Progress::too_large:
        limit("archive-memory", codec.why());
        return POSTERN_PART_TRUNCATED;
      case Progress::unsupported:
        unsupported("archive-unsupported-method", codec.why());
        return POSTERN_PART_TRUNCATED;
    }
  }
}

void Report::trailer(uint64_t offset) {
  if (!expects_trailer_) return;
  const auto begin = add_leftover(offset, bytes().size(), "trailer");
  if (!begin) return;
  if (is_recognisable(bytes().substr(static_cast<size_t>(*begin))))
    ambiguous("archive-trailing-file", "another file stands behind its end");
  else
    malformed("archive-trailing-bytes", "bytes stand behind its end");
}

void Report::encrypted(std::string_view why) {
  found(POSTERN_CAT_ENCRYPTED, "archive-encrypted", why);
}

void Report::unsupported(std::string_view token, std::string_view why) {
  found(POSTERN_CAT_UNSUPPORTED, token, why);
}

void Report::limit(std::string_view token, std::string_view why) {
  found(POSTERN_CAT_LIMIT, token, why);
}

void Report::ambiguous(std::string_view token, std::string_view why) {
  found(POSTERN_CAT_AMBIGUOUS, token, why);
}
void Report::malformed(std::string_view token, std::string_view why) {
  found(POSTERN_CAT_MALFORMED, token, why);
}

void Report::special_bytes() {
  ambiguous("archive-special-bytes", "a link, directory or device has bytes: to some readers it is a file");
}

}  // namespace archive_plugin
