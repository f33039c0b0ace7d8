// SPDX-License-Identifier: MIT
// Any bytes as a mail, as a header and as each transfer encoding: no crash, every part inside its source, bounded work,
// and decoders that do not care how their input is cut.
#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>

#include <cstdlib>

#include "content.h"
#include "hidden_text.h"
#include "parser.h"

namespace {

namespace mime = postern::mime;
namespace support = postern::support;

void must(bool truth) {
  if (!truth) std::abort();
}

void parse(std::string_view mail) {
  const mime::Message message = mime::parse(mail);
  must(!message.parts.empty());
  must(message.bytes_walked <= 12 * mail.size() + 200'000);
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const mime::Part& part = message.parts[i];
    const std::size_t size = message.source(part, mail).size();
    must(part.offset <= size && part.length <= size - part.offset);
    must(part.parent == mime::Part::message || part.parent < i);
    if (part.parent == mime::Part::message || message.parts[part.parent].source != part.source) continue;
    const mime::Part& parent = message.parts[part.parent];
    must(parent.is_container && part.offset >= parent.offset &&
         part.offset + part.length <= parent.offset + parent.length);
  }
  for (const mime::PartDefect& d : message.defects)
    must(d.part == mime::Part::message || d.part < message.parts.size());
}

void split(std::string_view text) {
  std::size_t at = 0;
  for (const support::HeaderField& field : support::parse_header(text).fields) {
    must(field.offset == at && field.length > 0);
    at += field.length;
  }
}

template <class Decoder, class... How>
void decode(std::string_view text, std::size_t piece, How... how) {
  std::string whole, pieces;
  Decoder at_once(how...), by_pieces(how...);
  at_once.decode(text, whole);
  at_once.finish(whole);
  for (std::size_t at = 0; at < text.size(); at += piece) by_pieces.decode(text.substr(at, piece), pieces);
  by_pieces.finish(pieces);
  must(whole == pieces);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t piece = size == 0 ? 1 : data[0] % 9 + 1u;
  parse(text);
  split(text);
  decode<support::Base64Decoder>(text, piece);
  decode<support::QuotedPrintableDecoder>(text, piece);
  decode<support::UuDecoder>(text, piece);
  decode<support::Base64Decoder>(text, piece, support::Base64Decoder::Damage::stop);
  decode<support::QuotedPrintableDecoder>(text, piece, support::QuotedPrintableDecoder::BadEscape::drop);
  decode<support::UuDecoder>(text, piece, support::UuDecoder::Believe::line);
  for (const char* charset : {"utf-7", "utf-16", "iso-2022-jp", "hz-gb-2312"}) (void)mime::hidden_text(text, charset);
  return 0;
}
