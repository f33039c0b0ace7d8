// SPDX-License-Identifier: MIT
#include "decode/type_detector.h"

#include <magic.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/failure.h"
#include "decode/disk_image.h"

namespace postern::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view unknown = "application/octet-stream";
constexpr size_t magic_window = 256 * 1024;  // ISO 9660 has its mark behind 32 kB, nothing that matters stands later
constexpr size_t sniff_window = 4096;        // how far we look for the first tag or field

// Types that a few bytes at a fixed place decide.
struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view type;
};

constexpr Signature signatures[] = {
    {0, "\x1f\x8b"sv, "application/gzip"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "application/x-xz"},
    {0, "\x28\xb5\x2f\xfd"sv, "application/zstd"},
    {0, "\x04\x22\x4d\x18"sv, "application/x-lz4"},
    {0, "\x1f\x9d"sv, "application/x-compress"},
    {0, "\x89LZO\0\r\n\x1a\n"sv, "application/x-lzop"},
    {0, "LRZI"sv, "application/x-lrzip"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed"},
    {0, "Rar!\x1a\x07\x00"sv, "application/x-rar"},
    {0, "Rar!\x1a\x07\x01\x00"sv, "application/x-rar"},
    {0, "MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed"},
    {0, "!<arch>\ndebian"sv, "application/vnd.debian.binary-package"},
    {0, "!<arch>\n"sv, "application/x-archive"},
    {0, "\xed\xab\xee\xdb"sv, "application/x-rpm"},
    {0, "070701"sv, "application/x-cpio"},
    {0, "070702"sv, "application/x-cpio"},
    {0, "070707"sv, "application/x-cpio"},
    {0, "xar!"sv, "application/x-xar"},
    {257, "ustar\0"sv, "application/x-tar"},
    {257, "ustar  \0"sv, "application/x-tar"},
    {0x8001, "CD001"sv, "application/x-iso9660-image"},
    {0x8001, "BEA01"sv, "application/x-udf-image"},
    {0, "conectix"sv, "application/x-virtualbox-vhd"},
    {0, "vhdxfile"sv, "application/x-virtualbox-vhdx"},
    {0, "MSWIM\0\0\0"sv, "application/x-ms-wim"},
    {7, "**ACE**"sv, "application/x-ace-compressed"},
    {0, "ALZ\x01"sv, "application/x-alz-compressed"},
    {0, "EGGA"sv, "application/x-egg-compressed"},
    {0, "ITSF\x03\0\0\0"sv, "application/vnd.ms-htmlhelp"},
    {0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv, "application/onenote"},
    {0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f"sv, "application/onenote"},  // .onetoc2
    {0, "#@~^"sv, "application/x-ms-encoded-script"},  // VBE, JSE: the same letters for both
    {0, "\x78\x9f\x3e\x22"sv, "application/vnd.ms-tnef"},
    {0, "\0\x05\x16\0"sv, "application/applefile"},
    {0, "\0\x05\x16\x07"sv, "application/applefile"},
    {0, "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv, "application/x-ms-shortcut"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "%!PS-Adobe-"sv, "application/postscript"},
    {0, "{\\rt"sv, "text/rtf"},  // no more than that is what Word wants to see
    {8, "LZFu"sv, "application/x-compressed-rtf"},
    {0, "ActiveMime"sv, "application/x-mso"},
    {0, "\x89PNG\r\n\x1a\n"sv, "image/png"},
    {0, "\xff\xd8\xff"sv, "image/jpeg"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {8, "WEBPVP8"sv, "image/webp"},
    {8, "WAVEfmt "sv, "audio/x-wav"},
};

bool has(std::string_view bytes, size_t offset, std::string_view what) {
  return bytes.size() >= offset && bytes.substr(offset).starts_with(what);
}

std::string_view by_signature(std::string_view bytes) {
  for (const Signature& s : signatures)
    if (has(bytes, s.offset, s.bytes)) return s.type;
  // A block after "BZh" and the size digit begins with pi, an empty file ends with the square root of it.
  if (has(bytes, 0, "BZh") && (has(bytes, 4, "1AY&SY") || has(bytes, 4, "\x17\x72\x45\x38\x50\x90"))) {
    return "application/x-bzip2";
  }
  return {};
}

bool is_zip(std::string_view bytes) {
  return has(bytes, 0, "PK\x03\x04") || has(bytes, 0, "PK\x05\x06") || has(bytes, 0, "PK\x07\x08PK\x03\x04") ||
         has(bytes, 0, "PK00PK\x03\x04");
}

// A SEQUENCE that begins with an object identifier of PKCS #7 or of S/MIME's content types (RFC 5652).
bool is_pkcs7(std::string_view bytes) {
  if (!has(bytes, 0, "\x30") || bytes.size() < 2) return false;
  const auto length = static_cast<unsigned char>(bytes[1]);
  const size_t at = 2 + (length > 0x80 ? length & 0x7Fu : 0);
  return at <= 10 && (has(bytes, at, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv) ||
                      has(bytes, at, "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"sv));
}

uint16_t little16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8);
}

// Documents and programs that are ZIP files are told by the name of their first member, the kind of Office document by
// the names in the central directory. Decoders go by the bytes, not by this.
std::string_view zip_type(std::string_view bytes) {
  constexpr std::string_view plain = "application/zip";
  constexpr size_t header = 30;  // of a local file header, its name follows
  if (!has(bytes, 0, "PK\x03\x04") || bytes.size() < header) return plain;
  const std::string_view name = bytes.substr(header, little16(bytes, 26));
  if (name == "mimetype") {
    const size_t content = header + name.size() + little16(bytes, 28);
    for (const std::string_view type :
         {"application/vnd.oasis.opendocument.text"sv, "application/vnd.oasis.opendocument.spreadsheet"sv,
          "application/vnd.oasis.opendocument.presentation"sv, "application/vnd.oasis.opendocument.graphics"sv,
          "application/epub+zip"sv}) {
      if (has(bytes, content, type)) return type;
    }
    return plain;
  }
  if (name == "[Content_Types].xml" || name.starts_with("_rels/") || name.starts_with("docProps/")) {
    const std::string_view directory = bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), 64 * 1024));
    const auto lists = [&](std::string_view member) { return directory.find(member) != directory.npos; };
    if (lists("word/document")) return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    if (lists("xl/workbook")) return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (lists("ppt/presentation")) return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    return plain;
  }
  if (name.starts_with("META-INF/")) return "application/java-archive";
  if (name == "AndroidManifest.xml") return "application/vnd.android.package-archive";
  return plain;
}

uint32_t little32(std::string_view bytes, size_t at) {
  return little16(bytes, at) | static_cast<uint32_t>(little16(bytes, at + 2)) << 16;
}

// Documents that are OLE files are told by the class of the root, or else by the first stream in the directory whose name
// says it. As with ZIP files, this is only the name of it: the decoder looks for itself.
std::string_view ole_type(std::string_view bytes) {
  constexpr std::string_view plain = "application/x-ole-storage";
  constexpr size_t header = 512, entry_size = 128, most_entries = 64;
  if (bytes.size() < header) return plain;
  const unsigned shift = little16(bytes, 30) == 12 ? 12 : 9;
  const uint64_t directory = (uint64_t{little32(bytes, 48)} + 1) << shift;
  if (directory >= bytes.size()) return plain;
  struct Kind {
    std::string_view class_id, stream, type;  // class: the first four bytes
  };
  static constexpr Kind kinds[] = {
      {"\x84\x10\x0c\0"sv, "", "application/x-msi"},  // Windows Installer, its patches and transforms
      {"\x86\x10\x0c\0"sv, "", "application/x-msi"},
      {"\x82\x10\x0c\0"sv, "", "application/x-msi"},
      {"\x06\x09\x02\0"sv, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0\0\0"sv, "application/msword"},
      {"\x20\x08\x02\0"sv, "W\0o\0r\0k\0b\0o\0o\0k\0\0\0"sv, "application/vnd.ms-excel"},
      {"\x10\x08\x02\0"sv, "B\0o\0o\0k\0\0\0"sv, "application/vnd.ms-excel"},
      {"\x10\x8d\x81\x64"sv, "P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0"sv, "application/vnd.ms-powerpoint"},
      {"\x0b\x0d\x02\0"sv, "_\0_\0p\0r\0o\0p\0e\0r\0t\0i\0e\0s\0_\0"sv, "application/vnd.ms-outlook"},
  };
  const std::string_view entries = bytes.substr(directory, most_entries * entry_size);
  for (const Kind& kind : kinds)
    if (has(entries, 80, kind.class_id)) return kind.type;
  for (size_t at = entry_size; at < entries.size(); at += entry_size)
    for (const Kind& kind : kinds)
      if (!kind.stream.empty() && has(entries, at, kind.stream)) return kind.type;
  return plain;
}

// Text is what has no control character but white space, bell, backspace and escape; the same rule as file(1).
constexpr std::array<bool, 256> text_bytes = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0; c < 256; ++c) table[c] = (c >= 0x20 && c != 0x7f) || (c >= 0x07 && c <= 0x0d) || c == 0x1b;
  return table;
}();

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return text_bytes[static_cast<unsigned char>(c)]; });
}

// UTF-16 behind a byte order mark, cut to its low bytes: enough to look for tags. Empty: it is something else.
std::string narrowed_utf16(std::string_view bytes) {
  const bool little = has(bytes, 0, "\xff\xfe"), big = has(bytes, 0, "\xfe\xff");
  std::string out;
  if (!little && !big) return out;
  for (size_t i = 2; i + 1 < std::min(bytes.size(), 2 * sniff_window); i += 2) {
    const char low = bytes[little ? i : i + 1], high = bytes[little ? i + 1 : i];
    if (high == 0 && !text_bytes[static_cast<unsigned char>(low)]) return {};
    out += high == 0 ? low : '?';
  }
  return out;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool starts_with_word(std::string_view text, std::string_view word) {  // word in lower case
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char w, char t) { return w == lower(t); });
}

std::string_view skip_space(std::string_view text) {
  const size_t n = text.find_first_not_of(" \t\r\n\f");
  return n == text.npos ? std::string_view() : text.substr(n);
}

// Without what may stand before the first tag: byte order mark, white space, comments, the XML declaration.
std::string_view skip_prolog(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (text = skip_space(text);; text = skip_space(text)) {
    const std::string_view end = text.starts_with("<!--") ? "-->" : text.starts_with("<?xml") ? "?>" : "";
    const size_t at = end.empty() ? text.npos : text.find(end);
    if (at == text.npos) return text;
    text.remove_prefix(at + end.size());
  }
}

// The tags by which browsers know a page: https://mimesniff.spec.whatwg.org, section 7.1.
bool is_html(std::string_view text) {
  static constexpr std::string_view tags[] = {
      "<!doctype html", "<html",  "<head", "<script", "<iframe", "<h1", "<div",  "<font", "<table", "<a",
      "<style",         "<title", "<b",    "<body",   "<br",     "<p",  "<meta", "<img",  "<form",  "<center"};
  return std::any_of(std::begin(tags), std::end(tags), [&](std::string_view tag) {
    return starts_with_word(text, tag) &&
           (text.size() == tag.size() || " >\t\r\n\f/"sv.find(text[tag.size()]) != text.npos);
  });
}

bool contains_word(std::string_view text, std::string_view word) {  // word in lower case
  return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char t, char w) { return lower(t) == w; }) !=
         text.end();
}

// Windows Script Host's XML: jobs, and components with scripts.
bool is_script_file(std::string_view body) {
  const bool root = starts_with_word(body, "<job") || starts_with_word(body, "<package") ||
                    starts_with_word(body, "<component") || starts_with_word(body, "<scriptlet");
  return root && contains_word(body, "<script");
}

std::string_view markup_type(std::string_view text) {
  const std::string_view body = skip_prolog(text);
  if (body.starts_with('<') && contains_word(body, "<hta:application")) return "application/hta";
  if (is_script_file(body)) return "application/x-ms-wsf";
  if (is_html(body)) return "text/html";
  if (starts_with_word(body, "<svg") || starts_with_word(body, "<!doctype svg")) return "image/svg+xml";
  if (skip_space(text).starts_with("<?xml")) return "text/xml";
  if (body.starts_with("<?php")) return "text/x-php";
  return {};
}

// What stands before the colon of a header line; empty: it is none.
std::string_view field_name(std::string_view line) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon == line.npos ? 0 : colon);
  const bool good = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
  return good ? name : std::string_view();
}

bool is_among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view n) { return n.size() == name.size() && starts_with_word(name, n); });
}

// A mail saved as a file: nothing but header lines up to an empty line, two of them of mail, one of them such as
// programs write and people do not quote. A forwarded "From:, Sent:, To:, Subject:" is text. One field is enough where
// it makes parts of what follows.
bool is_mail(std::string_view text) {
  if (text.starts_with("From ") || text.starts_with(">From ")) {  // the separator of mailbox files
    const size_t end = text.find('\n');
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  size_t of_mail = 0, of_programs = 0;
  bool has_structure = false;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const bool is_cut = end == text.npos;  // by the window, or the text ends in its header
    std::string_view line = text.substr(0, end);
    text.remove_prefix(is_cut ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || is_cut) break;
    if (line.front() == ' ' || line.front() == '\t') continue;
    const std::string_view name = field_name(line);
    if (name.empty()) return false;
    const bool by_program = is_among(
        name, {"received", "return-path", "delivered-to", "message-id", "mime-version", "content-type",
               "content-transfer-encoding", "dkim-signature", "x-sieve", "arc-seal", "authentication-results"});
    of_programs += by_program;
    of_mail += by_program || is_among(name, {"from", "to", "cc", "subject", "date", "reply-to", "sender"});
    if (is_among(name, {"content-type"})) {
      const std::string_view value = skip_space(line.substr(name.size() + 1));
      has_structure = has_structure || starts_with_word(value, "multipart/") || starts_with_word(value, "message/");
    }
  }
  return has_structure || (of_mail >= 2 && of_programs >= 1);
}

std::string_view script_type(std::string_view text) {
  if (starts_with_word(text, "@echo off") || starts_with_word(text, "rem ")) return "text/x-msdos-batch";
  if (!text.starts_with("#!")) return {};
  const std::string_view line = text.substr(0, text.find('\n'));
  const auto names = [&](std::string_view interpreter) { return line.find(interpreter) != line.npos; };
  if (names("python")) return "text/x-script.python";
  if (names("perl")) return "text/x-perl";
  if (names("php")) return "text/x-php";
  if (names("sh")) return "text/x-shellscript";
  return {};
}

// Small files that programs know by their first line.
std::string_view first_line_type(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = skip_space(text);
  if (starts_with_word(text, "begin:vcalendar")) return "text/calendar";
  if (starts_with_word(text, "begin:vcard")) return "text/vcard";
  if (starts_with_word(text, "[internetshortcut]")) return "application/x-mswinurl";
  // A web query of Excel: "WEB", its version, the address.
  if (starts_with_word(text, "web\r\n1") || starts_with_word(text, "web\n1")) return "text/x-ms-iqy";
  return {};
}

std::string_view text_type(std::string_view text) {
  text = text.substr(0, sniff_window);
  if (const auto type = script_type(text); !type.empty()) return type;
  if (const auto type = first_line_type(text); !type.empty()) return type;
  if (const auto type = markup_type(text); !type.empty()) return type;
  return is_mail(text) ? "message/rfc822" : "text/plain";
}

// Readers of PDF look for the header within the first kilobyte. A text may mention it; that it has objects too is rare.
bool is_late_pdf(std::string_view bytes) {
  return bytes.substr(0, 1024).find("%PDF-") != bytes.npos && bytes.substr(0, magic_window).find("endobj") != bytes.npos;
}

// Other versions of libmagic add "; charset" or a second line: only "type/subtype" leaves here.
bool is_type(std::string_view answer) {
  return answer.find('/') != answer.npos && answer.find_first_of(" \t\r\n;,\\") == answer.npos;
}

std::string ask_libmagic(magic_set* cookie, std::string_view bytes) {
  bytes = bytes.substr(0, magic_window);
  const char* answer = magic_buffer(cookie, bytes.data(), bytes.size());
  return std::string(answer && is_type(answer) ? answer : unknown);
}

}  // namespace

std::string TypeDetector::detect(std::string_view bytes) const {
  if (bytes.empty()) return "application/x-empty";
  if (is_zip(bytes)) return std::string(zip_type(bytes));
  if (has(bytes, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv)) return std::string(ole_type(bytes));
  if (const auto type = by_signature(bytes); !type.empty()) return std::string(type);
  if (is_pkcs7(bytes)) return "application/pkcs7-mime";
  if (is_text(bytes.substr(0, magic_window))) {
    const std::string_view type = text_type(bytes);
    return std::string(type == "text/plain" && is_late_pdf(bytes) ? "application/pdf" : type);
  }
  if (const std::string text = narrowed_utf16(bytes); !text.empty()) return std::string(text_type(text));
  if (bytes.starts_with("MZ")) return "application/x-dosexec";
  if (const auto type = disk_image_type(bytes); !type.empty()) return std::string(type);
  std::string type = ask_libmagic(magic_.get(), bytes);
  return type == unknown && is_late_pdf(bytes) ? "application/pdf" : type;
}

TypeDetector::TypeDetector()
    // Nothing is decompressed to look inside, and OLE2, tar and text are told by us.
    : magic_(magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_JSON |
                        MAGIC_NO_CHECK_CSV)) {
  if (!magic_) throw base::TemporaryFailure("libmagic cannot be initialised");
  if (magic_load(magic_.get(), nullptr) != 0) {
    const char* reason = magic_error(magic_.get());
    throw base::TemporaryFailure(std::string("libmagic has no database: ") + (reason ? reason : "unknown reason"));
  }
}

TypeDetector::~TypeDetector() = default;
TypeDetector::TypeDetector(TypeDetector&&) noexcept = default;
TypeDetector& TypeDetector::operator=(TypeDetector&&) noexcept = default;

void TypeDetector::Close::operator()(magic_set* cookie) const {
  magic_close(cookie);
}

}  // namespace postern::decode
