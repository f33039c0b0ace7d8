// SPDX-License-Identifier: MIT
// Any bytes as the value of a header field: parameters and all their readings (RFC 2045 5.1, RFC 2231), boundaries, encoded
// words (RFC 2047). No crash, nothing twice, no more than promised.
#include <postern/support/encoded_words.h>
#include <postern/support/header_fields.h>
#include <postern/support/parameters.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "boundary.h"

namespace {

namespace support = postern::support;

void must(bool truth) {
  if (!truth) std::abort();
}

void must_be_distinct(const std::vector<std::string>& readings) {
  must(std::set<std::string>(readings.begin(), readings.end()).size() == readings.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value = support::unfold(std::string_view(reinterpret_cast<const char*>(data), size));
  const support::FieldValue field = support::parse_parameters(value);
  std::size_t kept = field.value.size();
  for (const support::Parameter& p : field.parameters) {
    must(p.name == support::lower(p.name));
    must(!p.unterminated || p.raw.starts_with('"'));
    kept += p.name.size();
  }
  must(kept <= value.size());  // without what repeats: no byte belongs to two names
  for (const char* name : {"boundary", "filename", "name", "charset"})
    for (const auto as : {support::ReadAs::name, support::ReadAs::token}) {
      const std::vector<std::string> readings = support::readings(field, name, as);
      must(readings.size() <= 1000);
      must_be_distinct(readings);
    }
  const std::vector<std::string> boundaries = postern::mime::boundary_readings(field);
  must_be_distinct(boundaries);
  for (const std::string& boundary : boundaries) must(boundary.empty() || !support::is_white(boundary.back()));
  const std::string words = support::decode_encoded_words(value);
  must(words.size() <= 8 * value.size() + 8);  // a charset may make three bytes of one, hardly more
  return 0;
}
