// SPDX-License-Identifier: MIT
// Any bytes as the blocks of a disk image that are not empty: number, size, content. So a volume, which has its first
// sign at 32 KiB and its second at 512 KiB, is a small input.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <postern/support/binary.h>

#include "../../plugins/udf/tests/opened.h"

namespace {

std::string image_of(std::string_view blocks) {
  constexpr size_t block_size = 2048, most_blocks = 400;
  std::string image;
  for (postern::support::BinaryReader in(blocks); in.left() > 0;) {
    const size_t number = in.u16() % most_blocks;
    const std::string_view content = in.take(in.u16() % (block_size + 1));
    if (image.size() < (number + 1) * block_size) image.resize((number + 1) * block_size);
    image.replace(number * block_size, content.size(), content);
  }
  return image;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::testing::Host host;
  host.quota(100, 1 << 20);
  udf_plugin::opened(host, image_of({reinterpret_cast<const char*>(data), size}));
  return 0;
}
