// SPDX-License-Identifier: MIT
#include "extract.h"

#include <cctype>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "bytes.h"
#include "cab_alone.h"
#include "formats.h"
#include "iso_open.h"
#include "members.h"
#include "rar_open.h"
#include "report.h"
#include "seven_zip_links.h"
#include "streams.h"
#include "volume_names.h"
#include "zip_open.h"

namespace archive_plugin {
namespace {

using postern::Error;
using postern::Job;
using postern::Part;

constexpr int sure = 60, embedded = 20;

// The start header tells where the last one ends; the first of several volumes has not so many bytes.
void open_7z(Report& report, const Sighting& s) {
  constexpr uint64_t head = 32;
  const std::string_view bytes = report.bytes().substr(static_cast<size_t>(s.offset));
  const uint64_t offset = little64(bytes, 12), size = little64(bytes, 20);
  const bool is_cut = !holds(bytes, head, offset) || !holds(bytes, head + offset, size);
  const std::optional<SevenZipWithoutLinks> changed = links_as_files(bytes);
  open_members(report, {changed ? std::string_view(changed->archive) : bytes, s.format}, [&](size_t nth) {
    Known known;
    known.is_link = changed && changed->links.contains(nth);
    return known;
  });
  if (!is_cut && bytes.size() >= head) report.trailer(s.offset + head + offset + size);
}

// A signature may follow what the header counts (Authenticode): it is no bytes of anybody else.
void open_cab(Report& report, const Sighting& s) {
  const std::string_view bytes = report.bytes().substr(static_cast<size_t>(s.offset));
  const uint32_t size = little32(bytes, 8);
  std::string_view cabinet = s.is_enclosed ? range(bytes, 0, size) : bytes;
  std::optional<std::string> alone;
  if (is_one_of_several(bytes)) {
    report.unsupported("archive-volume", "one of several cabinets");
    alone = as_if_alone(cabinet);
    if (alone) cabinet = *alone;
  }
  open_members(report, {cabinet, s.format});
  const bool is_signed = has(bytes, size, "\x30\x82") || has(bytes, size, "\x30\x83");
  if (!is_signed) report.trailer(s.offset + size);
}

bool has_end_mark(Format format) {
  return format == Format::tar || format == Format::cpio || format == Format::lha;
}

void open(Report& report, const Sighting& s) {
  switch (s.format) {
    case Format::zip:
      return open_zip(report);
    case Format::rar4:
    case Format::rar5:
      return open_rar(report, s);
    case Format::seven_zip:
      return open_7z(report, s);
    case Format::iso:
      return open_iso(report);
    case Format::stream:
      return open_stream(report, s.compression);
    case Format::cab:
      return open_cab(report, s);
    case Format::tar:
    case Format::cpio:
    case Format::ar:
    case Format::lha:
    case Format::xar:
    case Format::warc:
    case Format::rpm: {
      const uint64_t end = open_members(report, {report.bytes().substr(static_cast<size_t>(s.offset)), s.format});
      if (end > 0 && has_end_mark(s.format)) report.trailer(s.offset + end);
      return;
    }
    case Format::elsewhere:
    case Format::udf:
      return;
    case Format::unsupported:
      return report.unsupported("archive-unsupported", s.name);
    case Format::given_up:
      return report.limit("archive-members", "more that looks like an archive than is looked at");
    case Format::volume:
      return report.unsupported("archive-volume", "by its name a later volume of an archive");
  }
}

}  // namespace

void extract(Job& job, const Part& part) {
  Report report(job, part);
  report.watch_time();
  const std::vector<Sighting> seen = sightings(report.bytes(), part.detected(), part.name());
  if (seen.empty()) throw Error(POSTERN_E_UNSUPPORTED, "no archive");
  for (const Sighting& s : seen) {
    if (s.is_polyglot) report.ambiguous("archive-polyglot", std::string(s.name) + ", and something else as well");
    report.expects_trailer(!s.is_enclosed);
    try {
      open(report, s);
    } catch (const std::bad_alloc&) {
      report.limit("archive-memory", "it wants more memory than there is for it");
    }
  }
  // A file that was only cut into pieces: its first has no other sign.
  if (report.is_damaged() && is_first_volume(part.name()))
    report.unsupported("archive-volume", "by its name the first of several volumes, and it ends too early");
  report.finish();
}

int probe(const Part& part) {
  const std::vector<Sighting> seen = sightings(part.text(), part.detected(), part.name());
  if (seen.empty()) return 0;
  return seen.front().offset == 0 && !seen.front().is_polyglot ? sure : embedded;
}

}  // namespace archive_plugin
