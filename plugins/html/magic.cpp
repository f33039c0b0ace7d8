// SPDX-License-Identifier: MIT
#include "magic.h"

#include <postern/support/ascii.h>

#include <algorithm>

namespace html_plugin {
namespace {

using namespace std::string_view_literals;

struct Mark {
  size_t offset;
  std::string_view bytes;
  Kind kind;
};

constexpr Mark marks[] = {
    {0, "PK\x03\x04"sv, Kind::payload},
    {0, "PK\x05\x06"sv, Kind::payload},
    {0, "Rar!\x1a\x07"sv, Kind::payload},
    {0, "7z\xbc\xaf\x27\x1c"sv, Kind::payload},
    {0, "MSCF\0\0\0\0"sv, Kind::payload},
    {0, "\x1f\x8b\x08"sv, Kind::payload},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     Kind::payload},
    {0, "\x28\xb5\x2f\xfd"sv, Kind::payload},
    {0, "BZh91AY&SY"sv, Kind::payload},
    {0, "%PDF-"sv, Kind::payload},
    {0, "{\\rtf"sv, Kind::payload},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Kind::payload},
    {0, "\x4c\0\0\0\x01\x14\x02\0"sv, Kind::payload},
    {0, "ITSF\x03\0\0\0"sv, Kind::payload},
    {0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"sv, Kind::payload},
    {0, "conectix"sv, Kind::payload},
    {0, "vhdxfile"sv, Kind::payload},
    {0, "MSWIM\0\0\0"sv, Kind::payload},
    {0,
     "\x7f"
     "ELF"sv,
     Kind::payload},
    {0, "\xca\xfe\xba\xbe"sv, Kind::payload},
    {0, "!<arch>\n"sv, Kind::payload},
    {7, "**ACE**"sv, Kind::payload},
    {257, "ustar"sv, Kind::payload},
    {0x8001, "CD001"sv, Kind::payload},
    {0x8001, "BEA01"sv, Kind::payload},
    {0, "\x89PNG\r\n"sv, Kind::media},
    {0, "\xff\xd8\xff"sv, Kind::media},
    {0, "GIF8"sv, Kind::media},
    {8, "WEBP"sv, Kind::media},
    {8, "WAVE"sv, Kind::media},
    {0, "wOFF"sv, Kind::media},
    {0, "wOF2"sv, Kind::media},
    {0, "OTTO"sv, Kind::media},
    {0, "\0\x01\0\0\0"sv, Kind::media},
    {0, "\0asm"sv, Kind::media},
    {0, "OggS"sv, Kind::media},
    {0, "ID3"sv, Kind::media},
    {4, "ftyp"sv, Kind::media},
};

bool is_control(char c) {
  const auto b = static_cast<unsigned char>(c);
  return (b < 0x20 && !postern::support::is_white(c) && c != '\f') || b == 0x7f;
}

bool is_text(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), is_control);
}

bool is_markup(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = postern::support::trim(text);
  return text.starts_with('<') && text.size() > 2 &&
         (text[1] == '!' || text[1] == '?' || postern::support::lower(text[1]) != text[1] ||
          (text[1] >= 'a' && text[1] <= 'z'));
}

}  // namespace

Kind kind_of(std::string_view bytes) {
  for (const Mark& mark : marks)
    if (bytes.size() >= mark.offset && bytes.substr(mark.offset).starts_with(mark.bytes)) return mark.kind;
  const std::string_view start = bytes.substr(0, 1024);
  if (bytes.empty()) return Kind::unknown;
  if (!is_text(start)) return bytes.starts_with("MZ") ? Kind::payload : Kind::unknown;
  return is_markup(start) ? Kind::markup : Kind::text;
}

}  // namespace html_plugin
