// SPDX-License-Identifier: MIT
#include "formats.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "bytes.h"
#include "disk_images.h"
#include "embedded.h"
#include "marks.h"
#include "tar_head.h"
#include "volume_names.h"

namespace archive_plugin {
namespace {

struct Signature {
  uint64_t offset;
  std::string_view bytes;
  Format format;
  std::string_view name;
};

constexpr Signature signatures[] = {
    {0, "PK\3\4", Format::zip, "zip"},
    {0, zip_end_mark, Format::zip, "zip"},
    {0, "PK\7\10PK\3\4", Format::zip, "zip"},  // the first of several volumes
    {0, "PK00PK\3\4", Format::zip, "zip"},     // it was to be split and was not
    {0, seven_zip_mark, Format::seven_zip, "7z"},
    {0, rar4_mark, Format::rar4, "rar"},
    {0, rar5_mark, Format::rar5, "rar"},
    {0x8001, "CD001", Format::iso, "iso9660"},
    {0x8001, "BEA01", Format::udf, "udf"},
    {257, "ustar", Format::tar, "tar"},
    {0, "070701", Format::cpio, "cpio"},
    {0, "070702", Format::cpio, "cpio"},
    {0, "070707", Format::cpio, "cpio"},
    {0, "!<arch>\n", Format::ar, "ar"},
    {0, cab_mark, Format::cab, "cab"},
    {0, "xar!", Format::xar, "xar"},
    {0, "WARC/0.", Format::warc, "warc"},
    {0, "WARC/1.", Format::warc, "warc"},
    {0, "\xed\xab\xee\xdb", Format::rpm, "rpm"},
    {7, "**ACE**", Format::unsupported, "ace"},
    {0, "ALZ\1", Format::unsupported, "alz"},
    {0, "EGGA", Format::unsupported, "egg"},
    {20, "\xdc\xa7\xc4\xfd", Format::elsewhere, "zoo"},
    {0, "LRZI", Format::unsupported, "lrzip"},
    {0, "StuffIt ", Format::unsupported, "stuffit"},
    {0, "SIT!", Format::unsupported, "stuffit"},
    {0, "MSWIM\0\0\0"sv, Format::unsupported, "wim"},
    {0, "ISc("sv, Format::unsupported, "installshield cabinet"},
    {0, "\x1f\x1e", Format::unsupported, "pack"},
    {0, "\x1f\x9f", Format::unsupported, "freeze"},
    {0, "\x1f\xa0", Format::unsupported, "lzh"},
};

struct StreamMark {
  std::string_view bytes;
  Compression compression;
};

constexpr StreamMark stream_marks[] = {
    {"\x1f\x8b\x08", Compression::gzip},
    {"\xfd"
     "7zXZ\0"sv,
     Compression::xz},
    {"\x28\xb5\x2f\xfd", Compression::zstd},
    {"\x04\x22\x4d\x18", Compression::lz4},
    {"\x02\x21\x4c\x18", Compression::lz4_legacy},
    {"\x1f\x9d", Compression::compress},
    {"LZIP\1", Compression::lzip},
    {"\x89LZO\0\r\n\x1a\n"sv, Compression::lzop},
    {"SZDD\x88\xf0\x27\x33"
     "A",
     Compression::szdd},
    {zisofs_mark, Compression::zisofs},
};

// A block behind the size digit begins with pi, an empty file ends with the square root of it.
bool is_bzip2(std::string_view b) {
  return has(b, 0, "BZh") && (has(b, 4, "1AY&SY") || has(b, 4, "\x17\x72\x45\x38\x50\x90"));
}

// No signature: properties that make sense, a dictionary as encoders make it, a size that is unknown or possible.
bool is_lzma(std::string_view b) {
  constexpr uint64_t unknown = ~0ull, possible = 1ull << 40;
  if (b.size() < 14 || b[0] != 0x5d || b[13] != 0) return false;
  const uint32_t dictionary = little32(b, 1);
  const bool is_usual = dictionary == ~0u || (dictionary & (dictionary - 1)) == 0 ||
                        ((dictionary / 3 & (dictionary / 3 - 1)) == 0 && dictionary % 3 == 0);
  const uint64_t size = little64(b, 5);
  return dictionary >= 4096 && is_usual && (size == unknown || size < possible);
}

// A frame to be skipped; a zstd or lz4 frame follows it, or the end.
bool is_skippable_frame(std::string_view b) {
  return b.size() >= 8 && (little32(b, 0) & 0xfffffff0u) == 0x184d2a50u;
}

// Binary cpio has two bytes of signature: the name must be one, too.
bool is_binary_cpio(std::string_view b) {
  constexpr size_t head = 26;
  const bool is_little = has(b, 0, "\xc7\x71");
  if (!is_little && !has(b, 0, "\x71\xc7")) return false;
  const uint64_t name = is_little ? little(b, 20, 2) : big(b, 20, 2);
  return name > 1 && name < 4096 && holds(b, head, name) && b[head + static_cast<size_t>(name) - 1] == 0 &&
         b[head] != 0;
}

bool is_lha(std::string_view b) {
  if (b.size() < 22 || b[2] != '-' || b[6] != '-') return false;
  const std::string_view method = b.substr(3, 3);
  return method.starts_with("lh") || method.starts_with("lz") || method.starts_with("pm");
}

// The checksum of the archive's header is what tells ARJ from chance.
bool is_arj(std::string_view b) {
  const uint16_t size = little16(b, 2);
  if (!has(b, 0, "\x60\xea") || size < 30 || size > 2600 || !holds(b, 4, size + 4u)) return false;
  const auto first = static_cast<unsigned char>(b[4]);  // size of the part with the fields
  if (first < 30 || first > size) return false;
  return ::crc32_z(0, reinterpret_cast<const Bytef*>(b.data()) + 4, size) == little32(b, 4u + size);
}

// ARC: 0x1a, a method, a name of DOS that ends in the field, and a size that leads to the next 0x1a.
bool is_arc(std::string_view b) {
  if (b.size() < 29 || b[0] != 0x1a || b[1] < 1 || b[1] > 9) return false;
  const std::string_view field = b.substr(2, 13);
  const size_t end = field.find('\0');
  if (end == field.npos || end == 0) return false;
  const bool is_name = std::all_of(field.begin(), field.begin() + static_cast<ptrdiff_t>(end),
                                   [](char c) { return c > ' ' && c < 127; });
  const uint64_t next = uint64_t{b[1] == 1 ? 25u : 29u} + little32(b, 15);
  return is_name && (next == b.size() || has(b, next, "\x1a"));
}

std::optional<Compression> stream_at(std::string_view b) {
  for (const StreamMark& mark : stream_marks)
    if (has(b, 0, mark.bytes)) return mark.compression;
  if (is_bzip2(b)) return Compression::bzip2;
  if (is_lzma(b)) return Compression::lzma;
  if (is_skippable_frame(b))
    return has(b, 8 + uint64_t{little32(b, 4)}, "\x04\x22\x4d\x18") ? Compression::lz4 : Compression::zstd;
  return std::nullopt;
}

// cpio's text header is digits only: a text that begins with a number is none.
bool is_text_cpio(std::string_view b) {
  const bool is_octal = b.starts_with("070707");
  const std::string_view head = b.substr(0, is_octal ? 76 : 110);
  return head.size() >= 76 && std::all_of(head.begin(), head.end(), [&](unsigned char c) {
           return is_octal ? c >= '0' && c <= '7' : std::isxdigit(c) != 0;
         });
}

// All that the front is: a ZIP file may have an ISO image in it at the right place.
void look_at_front(std::string_view b, std::string_view type, std::vector<Sighting>& seen) {
  const auto add = [&](Format format, std::string_view name) {
    const bool known = std::any_of(seen.begin(), seen.end(), [&](const Sighting& s) { return s.format == format; });
    if (!known) seen.push_back({format, 0, Compression::gzip, name});
  };
  for (const Signature& s : signatures)
    if (has(b, s.offset, s.bytes) && (s.format != Format::cpio || is_text_cpio(b))) add(s.format, s.name);
  if (is_tar_head(b)) add(Format::tar, "tar");
  if (is_binary_cpio(b)) add(Format::cpio, "cpio");
  if (is_lha(b)) add(Format::lha, "lha");
  if (is_arj(b)) add(Format::elsewhere, "arj");
  if (is_arc(b)) add(Format::elsewhere, "arc");
  if (const auto image = disk_image(b, type); !image.empty()) add(Format::unsupported, image);
  if (const auto compression = stream_at(b)) seen.push_back({Format::stream, 0, *compression, name(*compression)});
}

// Files that hold other files as they are: an archive in them is no second reading of the whole.
bool is_container(std::string_view type) {
  for (const std::string_view kind :
       {"application/x-ole-storage"sv, "application/vnd.ms-tnef"sv, "application/msword"sv, "application/vnd.ms-"sv,
        "application/CDFV2"sv, "application/x-msi"sv, "application/onenote"sv, "application/vnd.tcpdump"sv,
        "application/x-mbox"sv, "application/x-raw-disk-image"sv, "application/x-virtualbox-vhd"sv,
        "application/x-apple-diskimage"sv})
    if (type.starts_with(kind)) return true;
  return false;
}

bool is_program(std::string_view b) {
  return b.starts_with("MZ") ||
         b.starts_with(
             "\x7f"
             "ELF") ||
         b.starts_with("#!");
}

// A text has none of the marks' bytes, as far as its type was looked for.
bool is_all_text(std::string_view b, std::string_view type) {
  constexpr size_t seen_by_the_detector = 256 * 1024;
  return (type.starts_with("text/") || type.starts_with("message/")) && b.size() <= seen_by_the_detector;
}

}  // namespace

std::vector<Sighting> sightings(std::string_view bytes, std::string_view type, std::string_view part_name) {
  std::vector<Sighting> seen;
  if (bytes.size() < 4 || type.starts_with("multipart/")) return seen;
  look_at_front(bytes, type, seen);
  if (is_all_text(bytes, type)) {  // a word at its front, but for the archives that may be all text
    std::erase_if(seen, [](const Sighting& s) {
      return s.format != Format::ar && s.format != Format::cpio && s.format != Format::warc;
    });
    return seen;
  }
  for (size_t i = 1; i < seen.size(); ++i) seen[i].is_polyglot = true;
  const bool is_opened =
      std::any_of(seen.begin(), seen.end(), [](const Sighting& s) { return s.format != Format::unsupported; });
  if (is_opened) {
    std::erase_if(seen, [](const Sighting& s) {
      return s.format == Format::elsewhere || (s.format == Format::udf && !s.is_polyglot);
    });
    return seen;  // what stands behind an archive becomes a part of its own
  }
  if (type.starts_with("message/")) return seen;
  const Host host = is_program(bytes) ? Host::program : is_container(type) ? Host::container : Host::other;
  for (const Sighting& s : embedded(bytes, host)) seen.push_back(s);
  const bool is_unknown = type == "application/octet-stream" || type.empty();
  if (seen.empty() && is_unknown && is_later_volume(part_name))
    seen.push_back({Format::volume, 0, Compression::gzip, "volume"});
  if (seen.empty() && is_unknown && part_name.ends_with(".br"))
    seen.push_back({Format::stream, 0, Compression::brotli, "brotli"});
  return seen;
}

bool is_opened_elsewhere(std::string_view bytes) {
  std::vector<Sighting> seen;
  if (bytes.size() >= 4) look_at_front(bytes, {}, seen);
  return std::any_of(seen.begin(), seen.end(), [](const Sighting& s) { return s.format == Format::elsewhere; });
}

bool is_recognisable(std::string_view b) {
  constexpr std::string_view others[] = {"MZ",
                                         "\x7f"
                                         "ELF",
                                         "%PDF-",
                                         "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                                         "\x89PNG\r\n",
                                         "\xff\xd8\xff",
                                         "GIF8",
                                         "{\\rtf",
                                         "<html",
                                         "<HTML",
                                         "<!DOCTYPE",
                                         "<!doctype",
                                         "<?xml",
                                         "<script",
                                         "#!",
                                         "\xca\xfe\xba\xbe",
                                         "ITSF",
                                         "L\0\0\0\1\x14\2\0"sv,
                                         "\x78\x9f\x3e\x22",
                                         "X5O!P%@AP"};
  std::vector<Sighting> seen;
  if (b.size() >= 4) look_at_front(b, {}, seen);
  return !seen.empty() ||
         std::any_of(std::begin(others), std::end(others), [&](std::string_view mark) { return b.starts_with(mark); });
}

}  // namespace archive_plugin
