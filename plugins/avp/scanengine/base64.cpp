// SPDX-License-Identifier: MIT
#include "base64.h"

namespace postern::scanengine {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint32_t byte(char c) {
  return static_cast<unsigned char>(c);
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out(base64_size(bytes.size()), '=');
  char* to = out.data();
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) {
    const uint32_t bits = byte(bytes[0]) << 16 | byte(bytes[1]) << 8 | byte(bytes[2]);
    for (const int shift : {18, 12, 6, 0}) *to++ = letters[bits >> shift & 63];
  }
  if (bytes.empty()) return out;
  const uint32_t bits = byte(bytes[0]) << 16 | (bytes.size() == 2 ? byte(bytes[1]) << 8 : 0);
  *to++ = letters[bits >> 18 & 63];
  *to++ = letters[bits >> 12 & 63];
  if (bytes.size() == 2) *to = letters[bits >> 6 & 63];
  return out;
}

}  // namespace postern::scanengine
