// SPDX-License-Identifier: MIT
// Any bytes as an archive: every member is read, up to a bound, and nothing but an answer comes out.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace archive_plugin;
  constexpr int most_members = 200, most_blocks = 200;
  Reader reader({reinterpret_cast<const char*>(data), size}, {});
  Member member;
  for (int members = 0; members < most_members; ++members) {
    if (reader.next(member) != Answer::ready) break;
    Block block;
    for (int blocks = 0; blocks < most_blocks; ++blocks) {
      const Answer answer = reader.read(block);
      if (answer != Answer::ready && answer != Answer::warning) break;
      volatile char last = block.bytes.empty() ? '\0' : block.bytes.back();
      (void)last;
    }
  }
  return 0;
}
