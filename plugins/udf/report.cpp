// SPDX-License-Identifier: MIT
#include "report.h"

namespace udf_plugin {

using postern::Child;
using postern::ChildInfo;

Child Report::open(const std::string& name, uint64_t offset, uint64_t size) {
  watch_time();
  ChildInfo info;
  info.parent = part().handle();
  info.name = name;
  info.offset = offset;
  info.length = info.expected = size;
  return job().open(info);
}

void Report::without_bytes(const std::string& name, uint32_t flags) {
  watch_time();
  ChildInfo info;
  info.parent = part().handle();
  info.name = name;
  info.flags = flags & POSTERN_PART_SPECIAL;
  job().open(info).close(flags & ~uint32_t{POSTERN_PART_SPECIAL});
}

void Report::trailer(uint64_t end) {
  if (add_leftover(end, bytes().size(), "trailer"))
    found(POSTERN_CAT_MALFORMED, "archive-trailing-bytes", "bytes stand behind its end");
}

}  // namespace udf_plugin
