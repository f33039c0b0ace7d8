// SPDX-License-Identifier: MIT
#include "presentation.h"

#include <postern/support/binary.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace ole {

using postern::support::BinaryReader;

bool read_presentation(std::string_view stream, const std::function<void(const StoredObject&)>& found) {
  constexpr uint16_t ole_object_storage = 0x1011, crypt_session = 0x2F14;
  for (BinaryReader in(stream); in.left() >= 8;) {
    const uint16_t version = in.u16(), type = in.u16();
    const uint32_t length = in.u32();
    if (type == crypt_session) return true;
    const bool is_container = (version & 0xF) == 0xF;
    if (is_container) continue;  // its records stand behind its head
    const std::string_view data = in.take(length);
    if (type != ole_object_storage) continue;
    const bool is_compressed = (version >> 4) == 1;
    found({data.substr(is_compressed ? std::min<size_t>(4, data.size()) : 0), is_compressed});  // without the size
  }
  return false;
}

bool is_encrypted_user(std::string_view stream) {
  constexpr uint32_t encrypted = 0xF3D1C4DF;
  return BinaryReader(stream, 12).u32() == encrypted;
}

bool inflate(std::string_view bytes, const std::function<void(std::string_view)>& sink) {
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
    if (rc == Z_STREAM_END) return true;
    if (rc != Z_OK || (made == 0 && z.avail_in == 0)) return false;
  }
}

}  // namespace ole
