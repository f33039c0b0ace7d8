// SPDX-License-Identifier: MIT
#include "zip_names.h"

#include <postern/support/binary.h>

#include <algorithm>

#include "bytes.h"

namespace archive_plugin {
namespace {

constexpr size_t most_names = 65;  // of one member; the host keeps one less and marks the part
constexpr uint16_t unicode_path = 0x7075;

// Code page 437, what a name is in when nothing else is said (APPNOTE.TXT, appendix D).
constexpr char16_t cp437[] =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    u"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
static_assert(std::size(cp437) == 129);

std::string from_cp437(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    postern::support::append_utf8(out, byte < 128 ? char16_t{byte} : cp437[byte - 128]);
  }
  return out;
}

void add(std::string name, std::vector<std::string>& names) {
  if (names.size() < most_names && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(std::move(name));
}

}  // namespace

void add_zip_names(std::string_view raw, std::string_view extra, bool is_utf8, std::vector<std::string>& names) {
  add(std::string(raw), names);
  for (uint64_t at = 0; holds(extra, at, 4);) {
    const uint16_t id = little16(extra, at), size = little16(extra, at + 2);
    constexpr uint64_t version_and_checksum = 5;
    if (id == unicode_path && size > version_and_checksum)  // right or wrong checksum: some reader takes it
      add(std::string(range(extra, at + 4 + version_and_checksum, size - version_and_checksum)), names);
    at += 4u + size;
  }
  const bool is_ascii = std::all_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  if (!is_utf8 && !is_ascii) add(from_cp437(raw), names);
}

}  // namespace archive_plugin
