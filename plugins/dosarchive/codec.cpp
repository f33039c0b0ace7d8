// SPDX-License-Identifier: MIT
#include "codec.h"

#include "arj_fastest.h"
#include "lzh.h"
#include "lzw.h"
#include "rle90.h"
#include "squeezed.h"

namespace dosarchive_plugin {
namespace {

// ARC's first byte of crunched data is the widest code; its own program writes 12 and takes nothing else.
std::unique_ptr<Codec> uncrunched(std::string_view input) {
  const unsigned width = input.empty() ? 12u : static_cast<unsigned char>(input.front());
  return std::make_unique<Lzw>(input.substr(input.empty() ? 0 : 1), Lzw::Shape{width, 0, true});
}

}  // namespace

std::unique_ptr<Codec> make_codec(Method method, std::string_view input, uint64_t size) {
  switch (method) {
    case Method::lzh5: return std::make_unique<Lzh>(input, Lzh::lh5);
    case Method::lzh7: return std::make_unique<Lzh>(input, Lzh::lh7, size);
    case Method::arj_fastest: return std::make_unique<ArjFastest>(input, size);
    case Method::zoo_lzw: return std::make_unique<Lzw>(input, Lzw::Shape{13, 257, false});
    case Method::rle90: return std::make_unique<Rle90>(std::make_unique<Plain>(input));
    case Method::squeezed: return std::make_unique<Rle90>(std::make_unique<Squeezed>(input));
    case Method::crunched: return std::make_unique<Rle90>(uncrunched(input));
    case Method::squashed: return std::make_unique<Lzw>(input, Lzw::Shape{13, 0, true});
    case Method::stored:
    case Method::unknown: break;
  }
  return nullptr;
}

}  // namespace dosarchive_plugin
