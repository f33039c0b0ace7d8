// SPDX-License-Identifier: MIT
#include "workbook.h"

#include <postern/support/binary.h>

#include <algorithm>

#include "crypt.h"

namespace ole {
namespace {

using postern::support::BinaryReader;

enum RecordId : uint16_t {
  file_pass_record = 0x002F,
  bound_sheet = 0x0085,
  interface_header = 0x00E1,
  rrd_head = 0x0138,
  user_exclusive = 0x0194,
  file_lock = 0x0195,
  rrd_info = 0x0196,
  beginning = 0x0809,
};

constexpr size_t most_sheets = 4096;

struct Record {
  uint16_t id = 0;
  std::string_view data;
};

bool next_record(BinaryReader& in, Record& out) {
  if (in.left() < 4) return false;
  out.id = in.u16();
  out.data = in.take(in.u16());
  return true;
}

// 2.4.28: position, state, kind, name.
Sheet sheet(std::string_view data) {
  BinaryReader in(data);
  in.skip(4);
  Sheet s;
  s.is_hidden = (in.u8() & 3) != 0;
  s.is_macro = in.u8() == 1;
  const size_t characters = in.u8();
  const bool is_wide = in.left() == characters * 2 + 1 && in.u8() == 1;  // BIFF5 has no such byte
  if (is_wide)
    s.name = postern::support::utf8_of_utf16(in.take(characters * 2));
  else
    s.name = in.rest().substr(in.left() - std::min(in.left(), characters));
  return s;
}

// 2.2.10: what stays in clear although the stream is encrypted.
bool stays_clear(uint16_t id) {
  return id == beginning || id == file_pass_record || id == user_exclusive || id == file_lock ||
         id == interface_header || id == rrd_info || id == rrd_head;
}

}  // namespace

Workbook read_workbook(std::string_view stream) {
  constexpr uint16_t macro_sheet = 0x0040;
  Workbook book;
  Record record;
  for (BinaryReader in(stream); next_record(in, record);) {
    if (record.id == file_pass_record && !book.file_pass) book.file_pass = record.data;
    if (record.id == bound_sheet && !book.file_pass && book.sheets.size() < most_sheets) {
      book.sheets.push_back(sheet(record.data));
      book.has_macro_sheet |= book.sheets.back().is_macro;
    }
    if (record.id == beginning && record.data.size() >= 4 && BinaryReader(record.data, 2).u16() == macro_sheet)
      book.has_macro_sheet = true;
  }
  return book;
}

std::optional<std::string> decrypt_workbook(std::string_view stream, std::string_view file_pass) {
  const std::optional<crypt::StreamKey> key = crypt::open_workbook(file_pass);
  if (!key) return std::nullopt;
  std::string plain = key->decrypt(stream);
  // The key stream runs over everything, but headers and some records were never encrypted.
  Record record;
  for (BinaryReader in(stream); in.left() >= 4;) {
    const size_t head = in.at();
    next_record(in, record);
    size_t clear = 4;
    if (stays_clear(record.id))
      clear += record.data.size();
    else if (record.id == bound_sheet)
      clear += std::min<size_t>(4, record.data.size());  // its position
    plain.replace(head, clear, stream, head, clear);
  }
  return plain;
}

}  // namespace ole
