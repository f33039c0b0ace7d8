// SPDX-License-Identifier: MIT
#include "lzop.h"

#include <lzo/lzo1x.h>
#include <zlib.h>

#include <algorithm>

namespace archive_plugin {
namespace {

constexpr size_t signature_size = 9;
constexpr uint64_t with_all_fields = 0x0940;     // versions from here on
constexpr uint64_t largest_block = 64ull << 20;  // lzop's own limit
enum : uint64_t {                                // flags
  adler_of_plain = 0x1,
  adler_of_packed = 0x2,
  extra_field = 0x40,
  crc_of_plain = 0x100,
  crc_of_packed = 0x200,
  filtered = 0x800,
};

}  // namespace

void Lzop::start(std::string_view input) {
  input_ = input;
  consumed_ = 0;
  header_read_ = false;
}

bool Lzop::take(size_t bytes, uint64_t& value) {
  value = 0;
  if (input_.size() - consumed_ < bytes) return false;
  for (; bytes > 0; --bytes) value = value << 8 | static_cast<unsigned char>(input_[consumed_++]);
  return true;
}

bool Lzop::read_header() {
  uint64_t version = 0, skipped = 0, name = 0;
  consumed_ = std::min(signature_size, input_.size());
  if (!take(2, version) || !take(2, skipped)) return false;
  const bool all = version >= with_all_fields;
  if (all && !take(2, skipped)) return false;
  if (!take(all ? 2 : 1, skipped) || !take(4, flags_)) return false;  // method and level
  if ((flags_ & filtered) && !take(4, skipped)) return false;
  if (!take(all ? 12 : 8, skipped) || !take(1, name)) return false;  // mode and time
  if (input_.size() - consumed_ < name) return false;
  consumed_ += static_cast<size_t>(name);
  if (!take(4, skipped)) return false;
  if (flags_ & extra_field) {
    uint64_t size = 0;
    if (!take(4, size) || input_.size() - consumed_ < size) return false;
    consumed_ += static_cast<size_t>(size);
    if (!take(4, skipped)) return false;
  }
  return true;
}

Progress Lzop::next(std::string_view& piece) {
  piece = {};
  if (!header_read_ && !read_header()) return fail("its header ends too early");
  header_read_ = true;
  if (flags_ & filtered) return fail("a filter", Progress::unsupported);
  uint64_t plain = 0, packed = 0, adler = 0, skipped = 0;
  if (!take(4, plain)) return fail("it ends too early");
  if (plain == 0) return Progress::end;
  if (plain > largest_block) return fail("a block larger than lzop makes");
  if (!take(4, packed) || packed > plain) return fail("wrong data");
  if ((flags_ & adler_of_plain) && !take(4, adler)) return fail("it ends too early");
  if ((flags_ & crc_of_plain) && !take(4, skipped)) return fail("it ends too early");
  if (packed < plain && (flags_ & adler_of_packed) && !take(4, skipped)) return fail("it ends too early");
  if (packed < plain && (flags_ & crc_of_packed) && !take(4, skipped)) return fail("it ends too early");
  if (input_.size() - consumed_ < packed) return fail("it ends too early");
  const auto* in = reinterpret_cast<const unsigned char*>(input_.data()) + consumed_;
  consumed_ += static_cast<size_t>(packed);
  if (packed == plain) {  // stored
    piece = {reinterpret_cast<const char*>(in), static_cast<size_t>(packed)};
  } else {
    out_.resize(static_cast<size_t>(plain));
    lzo_uint made = static_cast<lzo_uint>(plain);
    const int code = ::lzo1x_decompress_safe(in, static_cast<lzo_uint>(packed), out_.data(), &made, nullptr);
    piece = {reinterpret_cast<const char*>(out_.data()), static_cast<size_t>(made)};
    if (code != LZO_E_OK || made != plain) return fail("wrong data");
  }
  if ((flags_ & adler_of_plain) &&
      ::adler32_z(::adler32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(piece.data()), piece.size()) != adler)
    return fail("wrong checksum");
  return Progress::more;
}

}  // namespace archive_plugin
