// SPDX-License-Identifier: MIT
#include "ber.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace postern::pkcs7 {

namespace {

constexpr std::size_t deepest = 64;  // pieces within pieces; real ones have one level

unsigned char byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool is_end_of_contents(std::string_view bytes, std::size_t at, std::size_t end) {
  return at + 2 <= end && bytes[at] == 0 && bytes[at + 1] == 0;
}

}  // namespace

std::optional<Element> element_at(std::string_view bytes, std::size_t at, std::size_t end) {
  end = std::min(end, bytes.size());
  if (at >= end || end - at < 2 || is_end_of_contents(bytes, at, end)) return std::nullopt;
  Element element;
  element.tag = byte(bytes, at++);
  if ((element.tag & 0x1F) == 0x1F) {  // a number of several bytes; none that we look for has one
    while (at < end && (byte(bytes, at) & 0x80)) ++at;
    ++at;
  }
  if (at >= end) return std::nullopt;
  const unsigned char first = byte(bytes, at++);
  std::uint64_t length = first;
  if (first == 0x80) {
    element.is_indefinite = element.is_constructed();
    length = element.is_indefinite ? end - at : 0;
  } else if (first > 0x80) {
    length = 0;
    for (int n = first & 0x7F; n > 0; --n) {
      if (at >= end || length > UINT32_MAX) return std::nullopt;
      length = length << 8 | byte(bytes, at++);
    }
  }
  element.is_cut = length > end - at;
  element.begin = at;
  element.end = at + static_cast<std::size_t>(std::min<std::uint64_t>(length, end - at));
  return element;
}

std::size_t behind(std::string_view bytes, const Element& element) {
  if (!element.is_indefinite) return element.end;
  std::size_t at = element.begin;
  for (std::size_t open = 1; open > 0 && at < element.end;) {
    if (is_end_of_contents(bytes, at, element.end)) {
      --open;
      at += 2;
      continue;
    }
    const auto inner = element_at(bytes, at, element.end);
    if (!inner) return element.end;
    open += inner->is_indefinite;
    at = inner->is_indefinite ? inner->begin : inner->end;
  }
  return at;
}

bool octets(std::string_view bytes, const Element& string, const std::function<void(std::string_view)>& take) {
  if (!string.is_constructed()) {
    if (string.end > string.begin) take(bytes.substr(string.begin, string.end - string.begin));
    return !string.is_cut;
  }
  bool is_whole = !string.is_cut;
  std::vector<Element> open{string};
  for (std::size_t at = string.begin; !open.empty();) {
    const Element& around = open.back();
    if (around.is_indefinite && is_end_of_contents(bytes, at, around.end)) {
      at += 2;
      open.pop_back();
      continue;
    }
    if (at >= around.end) {
      is_whole = is_whole && !around.is_indefinite;
      open.pop_back();
      continue;
    }
    const auto piece = element_at(bytes, at, around.end);
    if (!piece) return false;
    is_whole = is_whole && !piece->is_cut;
    at = piece->begin;
    if (piece->is_constructed()) {
      if (open.size() == deepest) return false;
      open.push_back(*piece);
      continue;
    }
    if (piece->end > piece->begin) take(bytes.substr(piece->begin, piece->end - piece->begin));
    at = piece->end;
  }
  return is_whole;
}

}  // namespace postern::pkcs7
