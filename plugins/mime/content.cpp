// SPDX-License-Identifier: MIT
#include "content.h"

#include <string>

namespace postern::mime {

namespace s = postern::support;

namespace {

constexpr std::size_t piece_size = 256 * 1024;

template <class Decoder>
void run(Decoder& decoder, std::string_view raw, const Writer& write) {
  std::string decoded;
  for (; !raw.empty(); raw.remove_prefix(std::min(piece_size, raw.size()))) {
    decoded.clear();
    decoder.decode(raw.substr(0, piece_size), decoded);
    if (!decoded.empty()) write(decoded);
  }
  decoded.clear();
  decoder.finish(decoded);
  if (!decoded.empty()) write(decoded);
}

Decoding decode_base64(std::string_view raw, const Writer& write, s::Base64Decoder::Damage damage) {
  s::Base64Decoder decoder(damage);
  run(decoder, raw, write);
  const auto& d = decoder.defects();
  Decoding result;
  if (d.junk > 0)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-junk", "characters outside the alphabet"});
  if (d.data_after_padding)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-padding", "data goes on behind the padding"});
  if (d.incomplete)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-incomplete", "the last group is not full"});
  result.stops_elsewhere = d.data_after_junk || d.data_after_padding;
  return result;
}

Decoding decode_quoted_printable(std::string_view raw, const Writer& write) {
  s::QuotedPrintableDecoder decoder;
  run(decoder, raw, write);
  Decoding result;
  if (decoder.defects().bad_escapes > 0) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-qp-bad-escape", ""});
  if (decoder.defects().eight_bit) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-qp-8bit", ""});
  return result;
}

Decoding decode_uuencode(std::string_view raw, const Writer& write) {
  s::UuDecoder decoder;
  run(decoder, raw, write);
  const auto& d = decoder.defects();
  Decoding result;
  result.found_nothing = d.no_begin;
  if (d.no_begin) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-no-begin", ""});
  if (d.no_end) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-no-end", ""});
  if (d.bad_lines > 0) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-bad-line", ""});
  return result;
}

}  // namespace

Decoding decode(Encoding encoding, std::string_view raw, const Writer& write, s::Base64Decoder::Damage damage) {
  switch (encoding) {
    case Encoding::identity:
      break;
    case Encoding::base64:
      return decode_base64(raw, write, damage);
    case Encoding::quoted_printable:
      return decode_quoted_printable(raw, write);
    case Encoding::uuencode:
      return decode_uuencode(raw, write);
  }
  if (!raw.empty()) write(raw);
  return {};
}

}  // namespace postern::mime
