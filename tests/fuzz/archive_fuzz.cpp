// SPDX-License-Identifier: MIT
// Any bytes as an archive of each of libarchive's formats: every member is read, up to a bound, and nothing but an
// answer comes out.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace archive_plugin;
  constexpr int most_members = 200, most_blocks = 200;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Format format : {Format::zip, Format::seven_zip, Format::rar4, Format::rar5, Format::tar, Format::cpio,
                              Format::ar, Format::cab, Format::lha, Format::xar, Format::warc, Format::rpm}) {
    Reader reader(bytes, format);
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
  }
  return 0;
}
