// SPDX-License-Identifier: MIT
#include "database.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <vector>

namespace postern::clamscan {
namespace {

// "ClamAV-VDB:16 Sep 2026 10-20 +0000:27820:2077123:90:MD5:SIGNATURE:builder:1789554000", filled up with spaces.
enum Field { magic, date, version, signatures, level, digest, signature, builder, seconds, fields };

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> all;
  for (;;) {
    const size_t colon = text.find(':');
    all.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return all;
    text.remove_prefix(colon + 1);
  }
}

std::optional<int64_t> number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Signatures> parse_head(std::string_view first_bytes) {
  if (first_bytes.size() < head_size) return std::nullopt;
  std::string_view head = first_bytes.substr(0, head_size);
  head = head.substr(0, head.find_last_not_of(' ') + 1);
  const auto field = split(head);
  if (field.size() != fields || field[magic] != "ClamAV-VDB") return std::nullopt;
  const auto time = number(field[seconds]);
  if (!time || !number(field[version])) return std::nullopt;
  return Signatures{std::string(field[version]), *time};
}

std::optional<Signatures> signatures_in(const std::string& directory) {
  std::optional<Signatures> newest;
  for (const char* name : {"/daily.cld", "/daily.cvd"}) {
    std::ifstream in(directory + name, std::ios::binary);
    std::string head(head_size, '\0');
    if (!in.read(head.data(), static_cast<std::streamsize>(head.size()))) continue;
    const auto one = parse_head(head);
    if (one && (!newest || one->time > newest->time)) newest = one;
  }
  return newest;
}

}  // namespace postern::clamscan
