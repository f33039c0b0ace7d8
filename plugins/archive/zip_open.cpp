// SPDX-License-Identifier: MIT
#include "zip_open.h"

#include <zlib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "bytes.h"
#include "reader.h"
#include "zip_walk.h"

namespace archive_plugin {
namespace {

using postern::Child;

enum Method : uint16_t {
  stored = 0,
  deflate = 8,
  deflate64 = 9,
  bzip2 = 12,
  lzma = 14,
  zstd_old = 20,
  zstd = 93,
  xz = 95,
  ppmd = 98,
  aes = 99
};

const char* method_name(uint16_t method) {
  switch (method) {
    case stored:
      return "stored";
    case 1:
      return "shrink";
    case 2:
    case 3:
    case 4:
    case 5:
      return "reduce";
    case 6:
      return "implode";
    case deflate:
      return "deflate";
    case deflate64:
      return "deflate64";
    case bzip2:
      return "bzip2";
    case lzma:
      return "lzma";
    case zstd_old:
    case zstd:
      return "zstd";
    case 94:
      return "mp3";
    case xz:
      return "xz";
    case 96:
      return "jpeg";
    case 97:
      return "wavpack";
    case ppmd:
      return "ppmd";
    case aes:
      return "aes";
    default:
      return "unknown";
  }
}

std::optional<Compression> codec_of(uint16_t method) {
  switch (method) {
    case deflate:
      return Compression::deflate;
    case deflate64:
      return Compression::deflate64;
    case bzip2:
      return Compression::bzip2;
    case zstd_old:
    case zstd:
      return Compression::zstd;
    case xz:
      return Compression::xz;
    default:
      return std::nullopt;
  }
}

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void put(std::string& to, uint64_t value, unsigned size) {
  for (; size > 0; --size, value >>= 8) to += static_cast<char>(value & 0xff);
}

// The member alone, as a ZIP file for libarchive: for the methods that only it knows.
std::string alone(const ZipMember& m, std::string_view packed) {
  constexpr uint64_t most32 = 0xffffffff;
  constexpr uint16_t lzma_has_end_mark = 2;
  std::string zip = "PK\3\4";
  put(zip, 63, 2);
  put(zip, m.flags & lzma_has_end_mark, 2);
  put(zip, m.method, 2);
  put(zip, 0, 4);  // time
  put(zip, m.crc, 4);
  put(zip, std::min<uint64_t>(packed.size(), most32), 4);
  put(zip, std::min(m.size, most32), 4);
  put(zip, 1, 2);  // name
  put(zip, 0, 2);
  zip += 'm';
  return zip.append(packed);
}

class Unzipping {
 public:
  explicit Unzipping(Report& report) : report_(report), walk_(walk_zip(report.bytes())) {}

  void run() {
    tell();
    for (const ZipMember& member : walk_.members) {
      report_.watch_time();
      open(member);
    }
    if (walk_.has_too_many) report_.limit("archive-members", "more members than are looked at");
    if (!walk_.damage.empty()) report_.damaged(walk_.damage);
    report_.trailer(walk_.end);
  }

 private:
  void tell() {
    for (const ZipDoubt& d : walk_.doubts) report_.ambiguous(d.token, d.text);
    for (const ZipDoubt& d : walk_.defects) report_.malformed(d.token, d.text);
    if (walk_.is_volume) report_.unsupported("archive-volume", "one of several volumes");
    if (walk_.is_directory_encrypted) report_.encrypted("its directory is encrypted");
  }

  void open(const ZipMember& m) {
    const std::string_view packed =
        report_.bytes().substr(static_cast<size_t>(m.offset), static_cast<size_t>(m.packed));
    NewChild told;
    told.names = m.names;
    told.method = method_name(m.method);
    told.role = m.is_reading ? "reading" : "";
    told.offset = m.offset;
    told.length = m.packed;
    told.expected = m.size;
    told.special = m.is_directory;
    told.encrypted = m.is_encrypted || m.method == aes;
    if (told.special) return void(report_.without_bytes(told));
    if (told.encrypted) {
      report_.without_bytes(told);
      return report_.encrypted("a member needs a password");
    }
    if (m.is_link) told.link = m.method == stored ? packed.substr(0, 4096) : std::string_view("compressed");
    if (const auto compression = codec_of(m.method)) return decode(m, *compression, packed, told);
    if (m.method == stored) return take(m, packed, told);
    if (m.method == lzma || m.method == ppmd) return ask_libarchive(m, packed, told);
    report_.without_bytes(told, POSTERN_PART_TRUNCATED);
    report_.unsupported("archive-unsupported-method", method_name(m.method));
  }

  void take(const ZipMember& m, std::string_view packed, NewChild& told) {
    Child child = report_.open(told);
    child.slice(m.offset, packed.size());
    const bool is_wrong = m.has_crc && checksum(packed) != m.crc;
    const bool is_short = m.size > packed.size();  // "stored" with two sizes
    if (is_wrong || is_short)
      report_.damaged(is_wrong ? "a member's checksum is wrong" : "a stored member is shorter than it claims");
    report_.close(child, told, is_wrong || is_short ? uint32_t{POSTERN_PART_BROKEN} : 0u);
  }

  void decode(const ZipMember& m, Compression compression, std::string_view packed, NewChild& told) {
    Child child = report_.open(told);
    std::unique_ptr<Codec>& codec = codecs_[compression];
    if (!codec) codec = make_codec(compression);
    // A reader that knows no size reads on until the stream ends.
    const std::string_view input = m.is_open_ended ? report_.bytes().substr(static_cast<size_t>(m.offset)) : packed;
    uint32_t crc = 0;
    uint32_t flags = report_.decode(*codec, input, child, &crc);
    if (flags == 0 && m.has_crc && crc != m.crc) {
      report_.damaged("a member's checksum is wrong");
      flags = POSTERN_PART_BROKEN;
    }
    if (flags == 0 && !m.is_open_ended && codec->consumed() < packed.size())
      report_.malformed("zip-bytes-behind-member", "bytes stand behind the end of a member");
    report_.close(child, told, flags);
  }

  void ask_libarchive(const ZipMember& m, std::string_view packed, NewChild& told) {
    const std::string zip = alone(m, packed);
    Reader reader(zip, Format::zip);
    Child child = report_.open(told);
    Member member;
    uint32_t flags = 0;
    if (reader.next(member) != Answer::ready) flags = report_.damaged(reader.why());
    for (Block block; flags == 0;) {
      report_.watch_time();
      const Answer answer = reader.read(block);
      if (answer == Answer::end) break;
      if (answer == Answer::ready)
        child.write(block.bytes);
      else
        flags = report_.damaged(reader.why());
    }
    report_.close(child, told, flags);
  }

  Report& report_;
  ZipWalk walk_;
  std::map<Compression, std::unique_ptr<Codec>> codecs_;
};

}  // namespace

void open_zip(Report& report) {
  Unzipping(report).run();
}

}  // namespace archive_plugin
