// SPDX-License-Identifier: MIT
#include "hidden_text.h"

#include <postern/support/ascii.h>
#include <postern/support/encoded_words.h>

namespace postern::mime {

namespace s = postern::support;

namespace {

bool has_utf16_mark(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

// RFC 1843: "~{" and "~}" switch, "~~" is a tilde, "~" at a line's end joins it with the next.
std::string without_hz_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
    if (text[i] != '{' && text[i] != '}' && text[i] != '\n') out += text[i];
  }
  return out;
}

}  // namespace

bool may_hide_text(std::string_view charset, std::string_view first_decoded_bytes) {
  const std::string name = s::lower(s::trim(charset));
  return has_utf16_mark(first_decoded_bytes) || name.starts_with("utf-7") || name.starts_with("unicode-1-1-utf-7") ||
         name.starts_with("utf7") || name.starts_with("utf-16") || name.starts_with("utf16") ||
         name.starts_with("utf-32") || name.starts_with("ucs-") || name.starts_with("iso-10646-ucs") ||
         name.starts_with("iso-2022-") || name.starts_with("hz");
}

std::optional<std::string> hidden_text(std::string_view bytes, std::string_view charset) {
  if (!may_hide_text(charset, bytes)) return std::nullopt;
  const std::string name = s::lower(s::trim(charset));
  const auto has = [&](char c) { return bytes.find(c) != bytes.npos; };
  if (name.starts_with("hz") && !has('~')) return std::nullopt;
  if (name.starts_with("hz")) return without_hz_escapes(bytes);
  if (name.starts_with("iso-2022-") && !has('\x1b')) return std::nullopt;
  const bool is_utf7 = name.find("utf-7") != name.npos || name.starts_with("utf7");
  if (is_utf7 && !has('+')) return std::nullopt;
  const bool is_wide = name.starts_with("utf-16") || name.starts_with("utf16") || name.starts_with("utf-32") ||
                       name.starts_with("ucs-") || name.starts_with("iso-10646");
  if (!is_wide && has_utf16_mark(bytes)) return s::to_utf8(bytes, "utf-16");
  return s::to_utf8(bytes, is_utf7 ? "utf-7" : name);
}

}  // namespace postern::mime
