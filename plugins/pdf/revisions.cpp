// SPDX-License-Identifier: MIT
#include "revisions.h"

namespace pdf_plugin {
namespace {

constexpr std::string_view end_mark = "%%EOF";
constexpr size_t header_window = 1024;  // as Acrobat's implementation notes have it

}  // namespace

size_t header_of(std::string_view bytes) {
  return bytes.substr(0, header_window).find("%PDF-");
}

Revisions revisions_of(std::string_view bytes, size_t most) {
  Revisions found;
  found.newest_first.push_back(bytes);
  const size_t last = bytes.find_last_not_of(std::string_view(" \t\r\n\0", 5));
  // An end that nothing follows is the whole file's.
  size_t at = last == bytes.npos ? 0 : last;
  if (bytes.substr(0, at + 1).ends_with(end_mark)) at -= end_mark.size() - 1;
  while (at > 0) {
    at = bytes.rfind(end_mark, at - 1);
    if (at == bytes.npos || at == 0) break;
    if (found.newest_first.size() > most) {
      found.complete = false;
      break;
    }
    found.newest_first.push_back(bytes.substr(0, at + end_mark.size()));
  }
  return found;
}

}  // namespace pdf_plugin
