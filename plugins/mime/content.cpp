// SPDX-License-Identifier: MIT
#include "content.h"

#include <postern/support/transfer_encodings.h>

#include <string>

namespace postern::mime {

namespace s = postern::support;

namespace {

constexpr std::size_t piece_size = 96 * 1024;  // what comes out of it stays in the processor's cache

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

Decoding decode_base64(std::string_view raw, const Writer& write, Damage damage) {
  using How = s::Base64Decoder::Damage;
  s::Base64Decoder decoder(damage == Damage::first_reading ? How::skip : How::stop);
  run(decoder, raw, write);
  const auto& d = decoder.defects();
  Decoding result;
  if (d.junk > 0)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-junk", "characters outside the alphabet"});
  if (d.data_after_padding)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-padding", "data goes on behind the padding"});
  if (d.incomplete)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-base64-incomplete", "the last group is not full"});
  if (d.data_after_junk || d.data_after_padding)
    result.second = {"mime-base64-damage", "some readers stop at the damage, some go on"};
  if (d.data_after_junk || d.blanks_inside)
    result.raw = {"mime-not-base64", "the body is declared as base64 and not all of it looks like that"};
  return result;
}

Decoding decode_quoted_printable(std::string_view raw, const Writer& write, Damage damage) {
  using How = s::QuotedPrintableDecoder::BadEscape;
  s::QuotedPrintableDecoder decoder(damage == Damage::first_reading ? How::keep : How::drop);
  run(decoder, raw, write);
  Decoding result;
  if (decoder.defects().bad_escapes > 0) {
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-qp-bad-escape", ""});
    result.second = {"mime-qp-damage", "some readers keep escapes that are none, some drop their equals sign"};
  }
  if (decoder.defects().eight_bit) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-qp-8bit", ""});
  return result;
}

Decoding decode_uuencode(std::string_view raw, const Writer& write, Damage damage) {
  using How = s::UuDecoder::Believe;
  s::UuDecoder decoder(damage == Damage::first_reading ? How::number : How::line);
  run(decoder, raw, write);
  const auto& d = decoder.defects();
  Decoding result;
  if (d.no_begin) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-no-begin", ""});
  if (d.no_end) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-no-end", ""});
  if (d.bad_lines > 0) result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-bad-line", ""});
  if (d.text_outside && !d.no_begin)
    result.defects.push_back({POSTERN_CAT_MALFORMED, "mime-uuencode-text", "text before or behind the file"});
  if (d.numbers_differ)
    result.second = {"mime-uuencode-line-lengths", "lines hold more or less than the number in front of them says"};
  // Whatever there is besides the one file is for the decoder of files in text.
  if (d.no_begin || d.bad_lines > 0 || d.text_outside) result.raw.emplace();
  if (d.more_begins) result.raw = {"mime-uuencode-more", "more files than the first one"};
  return result;
}

}  // namespace

Decoding decode(Encoding encoding, std::string_view raw, const Writer& write, Damage damage) {
  switch (encoding) {
    case Encoding::identity:
      break;
    case Encoding::base64:
      return decode_base64(raw, write, damage);
    case Encoding::quoted_printable:
      return decode_quoted_printable(raw, write, damage);
    case Encoding::uuencode:
      return decode_uuencode(raw, write, damage);
  }
  if (!raw.empty()) write(raw);
  return {};
}

}  // namespace postern::mime
