// SPDX-License-Identifier: MIT
#include "workbook.h"

#include <postern/support/binary.h>

#include <algorithm>

#include "crypt.h"
#include "xor_obfuscation.h"

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
  size_t size = 0;  // as it says; the data is shorter where the stream ends before
  std::string_view data;
};

bool next_record(BinaryReader& in, Record& out) {
  if (in.left() < 4) return false;
  out.id = in.u16();
  out.size = in.u16();
  out.data = in.take(out.size);
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

// 2.2.10: how much of a record's data stays in clear although the stream is encrypted. The heads always do.
size_t clear_bytes(const Record& record) {
  switch (record.id) {
    case beginning:
    case file_pass_record:
    case user_exclusive:
    case file_lock:
    case interface_header:
    case rrd_info:
    case rrd_head:
      return record.data.size();
    case bound_sheet:  // its position
      return std::min<size_t>(4, record.data.size());
    default:
      return 0;
  }
}

// The key stream runs over everything, also over what was never encrypted.
std::string decrypt(const crypt::StreamKey& key, std::string_view stream) {
  std::string plain = key.decrypt(stream);
  Record record;
  for (BinaryReader in(stream); in.left() >= 4;) {
    const size_t head = in.at();
    next_record(in, record);
    const size_t clear = 4 + clear_bytes(record);
    plain.replace(head, clear, stream, head, clear);
  }
  return plain;
}

// Each record begins at a place of the array that depends on where its data begins and on its size.
std::string deobfuscate(std::string_view stream) {
  const xor_obfuscation::Array array = xor_obfuscation::array(crypt::excel_password);
  std::string plain(stream);
  Record record;
  for (BinaryReader in(stream); next_record(in, record);) {
    const size_t clear = clear_bytes(record), from = in.at() - record.data.size() + clear;
    const std::string_view hidden = record.data.substr(clear);
    plain.replace(from, hidden.size(), xor_obfuscation::reveal(array, hidden, from + record.size));
  }
  return plain;
}

// What the record keeps of the password when the stream is obfuscated by XOR. Excel 95 writes no kind in front, and RC4
// has a small version where the verifier would be.
struct Kept {
  uint16_t key = 0, verifier = 0;
};
Kept kept_of_password(std::string_view file_pass) {
  BinaryReader in(file_pass);
  const uint16_t first = in.u16(), key = first == 0 ? in.u16() : first;
  return {key, in.u16()};
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

std::optional<Reading> decrypt_workbook(std::string_view stream, std::string_view file_pass) {
  const Kept kept = kept_of_password(file_pass);
  if (kept.verifier == xor_obfuscation::verifier(crypt::excel_password))
    // Sixteen bits fit many passwords, so the key must fit too before we are sure; but nobody needs it to read.
    return Reading{deobfuscate(stream), kept.key == xor_obfuscation::key(crypt::excel_password)};
  const std::optional<crypt::StreamKey> key = crypt::open_workbook(file_pass);
  return key ? std::optional(Reading{decrypt(*key, stream)}) : std::nullopt;
}

}  // namespace ole
