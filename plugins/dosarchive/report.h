// SPDX-License-Identifier: MIT
// What the host is told while a part is opened.
#pragma once
#include <postern/support/unpacking.h>

#include <cstdint>

#include "codec.h"
#include "walk.h"

namespace dosarchive_plugin {

class Report : public postern::support::Unpacking {
 public:
  using Unpacking::Unpacking;

  // A child is opened, filled and closed. offset: where the archive begins in the part.
  postern::Child open(const Member&, uint64_t offset);
  void close(postern::Child&, const Member&, uint32_t flags);
  // All that the codec makes. Flags the child must be closed with.
  uint32_t decode(Codec&, postern::Child&, Checksum, uint32_t& sum);

  // Bytes that belong to no member: nothing if they only pad, else a part.
  void leftover(Range, bool is_expected);
};

}  // namespace dosarchive_plugin
