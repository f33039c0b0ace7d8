// SPDX-License-Identifier: MIT
#include "activemime.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

namespace ooxml {
namespace {

constexpr std::string_view magic = "ActiveMime";
constexpr size_t farthest = 2048;  // where the compressed bytes may begin; usually at 0x32

bool begins_zlib(std::string_view bytes) {  // RFC 1950: method, window, check bits
  if (bytes.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
  return first == 0x78 && (first << 8 | second) % 31 == 0;
}

bool inflate_all(std::string_view bytes, const std::function<void(std::string_view)>& sink, bool& has_any) {
  z_stream z{};
  if (::inflateInit(&z) != Z_OK) return false;
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&z, ::inflateEnd);
  std::array<char, 65536> buffer;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(std::min<size_t>(bytes.size(), UINT32_MAX));
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = buffer.size();
    const int rc = ::inflate(&z, Z_NO_FLUSH);
    const size_t made = buffer.size() - z.avail_out;
    if (made > 0) sink({buffer.data(), made});
    has_any = has_any || made > 0;
    if (rc == Z_STREAM_END) return true;
    if (rc != Z_OK || (made == 0 && z.avail_in == 0)) return false;
  }
}

}  // namespace

bool is_activemime(std::string_view bytes) {
  return bytes.starts_with(magic);
}

bool unpack_activemime(std::string_view bytes, const std::function<void(std::string_view)>& sink) {
  bool has_any = false;
  for (size_t at = magic.size(); at < std::min(bytes.size(), farthest); ++at) {
    if (!begins_zlib(bytes.substr(at))) continue;
    const bool is_whole = inflate_all(bytes.substr(at), sink, has_any);
    if (has_any) return is_whole;
  }
  return false;
}

}  // namespace ooxml
