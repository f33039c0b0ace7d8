// SPDX-License-Identifier: MIT
#include "heads.h"

#include <algorithm>

#include "arc_walk.h"
#include "arj_walk.h"
#include "zoo_walk.h"

namespace dosarchive_plugin {
namespace {

using namespace std::string_view_literals;

constexpr size_t search_window = 8u << 20;  // what unpackers search for a self-extracting archive

bool is_among(std::string_view type, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view b) { return type.starts_with(b); });
}

// Archives that other decoders open: what they hold becomes parts, and what stands behind them, too.
bool is_other_archive(std::string_view type) {
  return is_among(type, {"application/zip"sv, "application/x-tar"sv, "application/x-7z"sv, "application/x-rar"sv,
                         "application/x-cpio"sv, "application/x-archive"sv, "application/vnd.debian.binary-package"sv,
                         "application/x-iso9660-image"sv, "application/x-udf-image"sv, "application/vnd.ms-cab"sv, "application/x-lzh"sv,
                         "application/x-lha"sv, "application/x-xar"sv, "application/x-rpm"sv, "application/java-archive"sv,
                         "application/warc"sv, "application/vnd.openxmlformats"sv, "application/vnd.oasis"sv,
                         "application/epub"sv, "application/vnd.android"sv, "application/gzip"sv, "application/x-xz"sv,
                         "application/zstd"sv, "application/x-bzip2"sv, "application/x-lz4"sv, "application/x-lzop"sv,
                         "application/x-compress"sv});
}

bool is_container(std::string_view type) {
  return is_among(type, {"application/x-ole-storage"sv, "application/vnd.ms-"sv, "application/msword"sv,
                         "application/CDFV2"sv, "application/x-msi"sv, "application/onenote"sv,
                         "application/vnd.tcpdump"sv, "application/x-mbox"sv, "application/pdf"sv});
}

bool is_program(std::string_view bytes) {
  return bytes.starts_with("MZ") || bytes.starts_with("\x7f" "ELF") || bytes.starts_with("#!");
}

// A text has no byte of a header, as far as its type was looked for; a mail's parts are asked about one by one.
bool is_searched(std::string_view bytes, std::string_view type) {
  constexpr size_t seen_by_the_detector = 256 * 1024;
  if (type.starts_with("message/") || type.starts_with("multipart/") || is_other_archive(type)) return false;
  return !type.starts_with("text/") || bytes.size() > seen_by_the_detector;
}

}  // namespace

std::optional<Head> head_of(std::string_view bytes, std::string_view type) {
  if (is_zoo_head(bytes)) return Head{Kind::zoo};
  if (is_arj_head(bytes)) return Head{Kind::arj};
  if (is_arc_head(bytes)) return Head{Kind::arc};
  if (!is_searched(bytes, type)) return std::nullopt;
  const std::string_view window = bytes.substr(0, search_window);
  size_t budget = arj_search_budget;
  const ArjSearch found = find_arj_header(window, 1, true, budget);
  if (found.at == window.npos && !found.is_given_up) return std::nullopt;
  Head head;
  head.offset = found.is_given_up ? 0 : found.at;
  head.is_given_up = found.is_given_up;
  head.is_enclosed = is_container(type);
  head.is_polyglot = !head.is_enclosed && !head.is_given_up && !is_program(bytes);
  return head;
}

const char* name(Kind kind) {
  switch (kind) {
    case Kind::arj: return "arj";
    case Kind::arc: return "arc";
    case Kind::zoo: return "zoo";
  }
  return "";
}

}  // namespace dosarchive_plugin
