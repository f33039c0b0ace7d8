// SPDX-License-Identifier: MIT
#include "encodings.h"

#include <postern/support/ascii.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>
#include <charconv>

#include "charset.h"

namespace html_plugin {
namespace {

using postern::support::hex_digit;
using postern::support::is_digit;
using postern::support::is_white;

struct Entity {
  std::string_view name;
  char character;
};

// Those with which a URI or a tag can be hidden.
constexpr Entity entities[] = {{"amp", '&'},    {"lt", '<'},       {"gt", '>'},    {"quot", '"'}, {"apos", '\''},
                               {"colon", ':'},  {"semi", ';'},     {"comma", ','}, {"sol", '/'},  {"plus", '+'},
                               {"equals", '='}, {"lpar", '('},     {"rpar", ')'},  {"Tab", '\t'}, {"num", '#'},
                               {"percnt", '%'}, {"NewLine", '\n'}, {"nbsp", ' '}};
constexpr size_t longest_entity = 12;

// The length of the entity at the front of text, 0: there is none.
size_t append_entity(std::string_view text, std::string& out) {
  const std::string_view body = text.substr(1, longest_entity);
  if (body.starts_with('#')) {
    const bool hexadecimal = body.size() > 1 && (body[1] == 'x' || body[1] == 'X');
    const char* first = body.data() + (hexadecimal ? 2 : 1);
    unsigned long code = 0;
    const auto [end, error] = std::from_chars(first, body.data() + body.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc()) return 0;
    append_utf8(static_cast<char32_t>(std::min(code, 0x110000ul)), out);
    const size_t used = static_cast<size_t>(end - text.data());
    return used < text.size() && text[used] == ';' ? used + 1 : used;
  }
  for (const Entity& entity : entities) {
    if (!body.starts_with(entity.name)) continue;
    const size_t used = 1 + entity.name.size();
    if (used >= text.size() || text[used] != ';') continue;
    out += entity.character;
    return used + 1;
  }
  return 0;
}

// The value of so many hexadecimal digits, or -1.
int hex_value(std::string_view digits, size_t count) {
  if (digits.size() < count) return -1;
  int value = 0;
  for (const char c : digits.substr(0, count)) {
    if (hex_digit(c) < 0) return -1;
    value = value * 16 + hex_digit(c);
  }
  return value;
}

// JavaScript's strings hold bytes as the characters below 256.
void append_unit(int unit, std::string& out) {
  if (unit < 256)
    out += static_cast<char>(unit);
  else
    append_utf8(static_cast<char32_t>(unit), out);
}

std::string standard_base64(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '-', '+');
  std::replace(out.begin(), out.end(), '_', '/');
  return out;
}

std::string decode_base64(std::string_view text, size_t limit) {
  if (limit < text.size()) text = text.substr(0, limit / 3 * 4 + 4);
  return postern::support::decode_base64(standard_base64(text));
}

std::string decode_hexadecimal(std::string_view text) {
  std::string out;
  int high = -1;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return out;
}

std::string decode_numbers(std::string_view text) {
  std::string out;
  int value = -1;
  for (const char c : text) {
    if (is_digit(c)) {
      value = (std::max(value, 0) * 10 + (c - '0')) & 0xffff;
    } else if (value >= 0) {
      out += static_cast<char>(value);
      value = -1;
    }
  }
  if (value >= 0) out += static_cast<char>(value);
  return out;
}

}  // namespace

const char* name(Encoding encoding) {
  switch (encoding) {
    case Encoding::plain:
      return "";
    case Encoding::base64:
      return "base64";
    case Encoding::base64_reversed:
      return "base64-reversed";
    case Encoding::percent:
      return "percent";
    case Encoding::hexadecimal:
      return "hexadecimal";
    case Encoding::numbers:
      return "numbers";
  }
  return "";
}

bool is_base64(char c) {
  return postern::support::detail::base64_value[static_cast<unsigned char>(c)] < 64 || c == '-' || c == '_';
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t used = text[0] == '&' ? append_entity(text, out) : 0;
    if (used == 0) out += text[0];
    text.remove_prefix(std::max<size_t>(used, 1));
  }
  return out;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      out += text[i++];
    } else if (const int two = hex_value(text.substr(i + 1), 2); two >= 0) {
      append_unit(two, out);
      i += 3;
    } else if (const int four = text.substr(i + 1).starts_with('u') ? hex_value(text.substr(i + 2), 4) : -1;
               four >= 0) {
      append_unit(four, out);
      i += 6;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string decode(Encoding encoding, std::string_view text, size_t limit) {
  const auto shorter = [&](size_t times) { return limit < text.size() / times ? text.substr(0, limit * times) : text; };
  switch (encoding) {
    case Encoding::plain:
      return std::string(shorter(1));
    case Encoding::base64:
      return decode_base64(text, limit);
    case Encoding::base64_reversed: {
      if (limit < text.size() / 2) text = text.substr(text.size() - 2 * limit);
      const std::string reversed(text.rbegin(), text.rend());
      return decode_base64(reversed, std::string_view::npos);
    }
    case Encoding::percent:
      return decode_percent(shorter(6));
    case Encoding::hexadecimal:
      return decode_hexadecimal(shorter(2));
    case Encoding::numbers:
      return decode_numbers(shorter(5));
  }
  return {};
}

std::optional<Encoding> guess_encoding(std::string_view text) {
  size_t base64 = 0, hexadecimal = 0, digits = 0, separators = 0, percents = 0;
  for (const char c : text) {
    base64 += is_base64(c) || c == '=' || is_white(c);
    hexadecimal += hex_digit(c) >= 0 || is_white(c);
    digits += is_digit(c);
    separators += c == ',' || c == ' ' || c == ';';
    percents += c == '%';
  }
  if (hexadecimal == text.size()) return Encoding::hexadecimal;
  if (base64 == text.size()) return Encoding::base64;
  if (digits + separators == text.size() && separators >= 16) return Encoding::numbers;
  if (percents >= 16) return Encoding::percent;
  return std::nullopt;
}

}  // namespace html_plugin
