// SPDX-License-Identifier: MIT
#include "streams.h"

#include <algorithm>
#include <vector>

#include "bytes.h"
#include "formats.h"

namespace archive_plugin {
namespace {

using postern::Error;

// RFC 1952 2.3: the original file name, Latin-1, behind the fixed head and the extra field.
std::string gzip_name(std::string_view bytes) {
  constexpr size_t head = 10;
  constexpr unsigned extra = 4, name = 8;
  if (!holds(bytes, 0, head)) return {};
  const auto flags = static_cast<unsigned char>(bytes[3]);
  const size_t at = head + (flags & extra ? 2u + little16(bytes, head) : 0u);
  if (!(flags & name) || at >= bytes.size()) return {};
  const std::string_view rest = bytes.substr(at);
  const size_t end = rest.find('\0');
  return end == rest.npos ? std::string() : std::string(rest.substr(0, end));
}

// "report.txt.gz" holds "report.txt", "backup.tgz" holds "backup.tar".
std::string uncompressed_name(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return std::string(name);
  const std::string_view stem = name.substr(0, dot), suffix = name.substr(dot);
  for (const std::string_view tar : {".tgz", ".tbz", ".tbz2", ".txz", ".tlz", ".taz", ".tzst"})
    if (suffix == tar) return std::string(stem) + ".tar";
  for (const std::string_view plain : {".gz", ".bz2", ".xz", ".lzma", ".lz", ".zst", ".lz4", ".Z", ".z", ".lzo", ".br"})
    if (suffix == plain) return std::string(stem);
  return std::string(name);
}

// A stream of this kind that may follow another: not those that end with the file anyway.
bool goes_on(std::string_view rest, Compression compression) {
  if (compression == Compression::brotli || compression == Compression::szdd || compression == Compression::lzma ||
      compression == Compression::zisofs)
    return false;
  const std::vector<Sighting> next = sightings(rest, {}, {});
  return std::any_of(next.begin(), next.end(), [&](const Sighting& s) {
    return s.format == Format::stream && s.offset == 0 && s.compression == compression;
  });
}

// The stream at the front of bytes_ and those that follow, into one child.
uint32_t decode_all(Report& report, Compression compression, postern::Child& child, uint64_t& end) {
  const std::string_view bytes = report.bytes();
  const auto codec = make_codec(compression);
  const std::string_view mark = bytes.substr(0, compression == Compression::bzip2 ? 3 : 4);
  for (end = 0;;) {
    const uint32_t flags = report.decode(*codec, bytes.substr(static_cast<size_t>(end)), child);
    if (flags) return flags;
    end += codec->consumed();
    uint64_t next = end;
    while (next < bytes.size() && bytes[static_cast<size_t>(next)] == 0) ++next;  // padding between streams
    const std::string_view rest = bytes.substr(static_cast<size_t>(next));
    if (rest.empty() || !(rest.starts_with(mark) || goes_on(rest.substr(0, 4096), compression))) return 0;
    if (codec->consumed() == 0) return report.damaged("an empty stream without end");
    end = next;
  }
}

// Brotli has no signature, only the name says so: a name that lies is nobody's fault.
void must_begin_well(std::string_view bytes) {
  const auto codec = make_codec(Compression::brotli);
  codec->start(bytes);
  std::string_view piece;
  if (codec->next(piece) == Progress::damaged && piece.empty()) throw Error(POSTERN_E_UNSUPPORTED, "no brotli stream");
}

}  // namespace

void open_stream(Report& report, Compression compression) {
  if (compression == Compression::brotli) must_begin_well(report.bytes());
  const std::string stored = compression == Compression::gzip ? gzip_name(report.bytes()) : std::string();
  std::vector<std::string> names;
  if (!stored.empty()) names.push_back(stored);
  names.push_back(uncompressed_name(report.part().name()));
  NewChild told;
  told.names = names;
  told.method = name(compression);
  told.length = report.bytes().size();
  postern::Child child = report.open(told);
  uint64_t end = 0;
  const uint32_t flags = decode_all(report, compression, child, end);
  report.close(child, told, flags);
  if (flags == 0) report.trailer(end);
}

}  // namespace archive_plugin
