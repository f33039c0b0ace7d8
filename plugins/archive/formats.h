// SPDX-License-Identifier: MIT
// What kind of archive or compressed file some bytes are, told by the bytes alone. The whole part and its type go in;
// every place where an archive begins comes out: at the front, and behind something else (a self-extracting program, a
// picture with a ZIP file at its end). Bounded: a few reads, and one search through the first megabytes and the last 64
// KiB.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "codec.h"

namespace archive_plugin {

enum class Format {
  zip,
  seven_zip,
  rar4,
  rar5,
  iso,
  stream,
  tar,
  cpio,
  ar,
  cab,
  lha,
  xar,
  warc,
  rpm,
  elsewhere,  // the decoder dosarchive opens it
  udf,        // the decoder udf opens it: told here so that no other archive is looked for in its files
  unsupported,
  volume,
  given_up,  // so much that looks like an archive that nobody knows
};

struct Sighting {
  Format format;
  uint64_t offset = 0;
  Compression compression = Compression::gzip;  // of a stream
  std::string_view name;                        // "zip"; of an unsupported format its only description
  bool is_polyglot = false;                     // the part is something else too, and readers of both kinds accept it
  bool is_enclosed = false;  // one of the files in a file that holds files: what follows is not its own
};

std::vector<Sighting> sightings(std::string_view bytes, std::string_view type, std::string_view part_name);

// ARJ, ARC or ZOO, which plugins/dosarchive opens: what is in them is looked for there, so it has to take all of these.
bool is_opened_elsewhere(std::string_view bytes);

// Could these bytes be a file of some kind, rather than rubbish? For what stands behind the end of an archive.
bool is_recognisable(std::string_view bytes);

}  // namespace archive_plugin
