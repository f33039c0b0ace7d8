// SPDX-License-Identifier: MIT
// What the host is told while a part is opened.
#pragma once
#include <postern/support/unpacking.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec.h"

namespace archive_plugin {

struct NewChild {
  std::span<const std::string> names = {};
  std::string_view method = {}, role = {}, link = {};
  uint64_t offset = 0, length = 0, expected = 0;
  bool special = false, encrypted = false;
};

class Report : public postern::support::Unpacking {
 public:
  using Unpacking::Unpacking;

  // A child is opened, filled and closed; without_bytes() does all at once.
  postern::Child open(const NewChild&);
  postern_part close(postern::Child&, const NewChild&, uint32_t flags);
  postern_part without_bytes(const NewChild&, uint32_t flags = 0);
  // All that the codec makes of the input. Flags the child must be closed with.
  uint32_t decode(Codec&, std::string_view input, postern::Child&, uint32_t* crc = nullptr);

  // Bytes behind the end of an archive or stream: nothing if they only pad, else a part.
  void trailer(uint64_t offset);
  void expects_trailer(bool does) { expects_trailer_ = does; }  // false: what follows belongs to somebody else

  void encrypted(std::string_view why);
  void unsupported(std::string_view token, std::string_view why);  // not examined
  void limit(std::string_view token, std::string_view why);
  void ambiguous(std::string_view token, std::string_view why);
  void malformed(std::string_view token, std::string_view why);
  void special_bytes();  // what is no file has bytes

 private:
  bool expects_trailer_ = true;
};

}  // namespace archive_plugin
