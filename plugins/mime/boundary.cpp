// SPDX-License-Identifier: MIT
#include "boundary.h"

#include <algorithm>
#include <string_view>

namespace postern::mime {

namespace s = postern::support;

namespace {

void add_careless_readings(const s::Parameter& p, std::vector<std::string>& to) {
  const std::string_view raw = p.raw;
  if (!raw.starts_with('"')) return;
  const std::string_view to_semicolon = raw.substr(0, raw.find(';'));
  if (p.unterminated) to.emplace_back(to_semicolon);  // the quote is part of it
  std::string_view inner = raw.substr(1);
  if (!p.unterminated) inner.remove_suffix(1);
  to.emplace_back(s::trim(inner));
  if (inner.find(';') != inner.npos) {
    to.emplace_back(to_semicolon);
    to.emplace_back(to_semicolon.substr(1));
  }
  if (const std::size_t quote = inner.find('"'); quote != inner.npos) to.emplace_back(inner.substr(0, quote));
}

}  // namespace

std::vector<std::string> boundary_readings(const s::FieldValue& field) {
  std::vector<std::string> all = s::readings(field, "boundary", s::ReadAs::token);
  constexpr std::size_t most = 100;  // more than are tried anyway
  for (const s::Parameter& p : field.parameters)
    if (p.name == "boundary" && all.size() < most) add_careless_readings(p, all);
  std::vector<std::string> distinct;
  for (const std::string& reading : all) {
    std::string boundary(s::trim_right(reading));
    if (std::find(distinct.begin(), distinct.end(), boundary) == distinct.end() && distinct.size() < most)
      distinct.push_back(std::move(boundary));
  }
  return distinct;
}

}  // namespace postern::mime
