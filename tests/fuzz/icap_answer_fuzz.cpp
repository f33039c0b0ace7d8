// SPDX-License-Identifier: MIT
// Any bytes as what an ICAP server answers: the same however they come, and names of threats that are lines.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "threats.h"

namespace {

using namespace postern::icap;

std::optional<Answer> read(std::string_view bytes, size_t piece) {
  AnswerReader reader("hello");
  try {
    for (size_t at = 0; at < bytes.size(); at += piece)
      if (reader.put(bytes.substr(at, piece))) return reader.answer();
  } catch (const BadAnswer&) {
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1), slow = read(bytes, 1);
  if (whole.has_value() != slow.has_value()) std::abort();
  if (!whole) return 0;
  if (whole->status != slow->status || whole->http_status != slow->http_status || whole->is_same_body != slow->is_same_body || whole->fields != slow->fields) std::abort();
  if (whole->status < 100 || whole->status > 599 || (whole->is_same_body && !whole->has_body)) std::abort();
  abilities_of(*whole);
  const Threats threats = threats_in(*whole);
  for (const std::string& name : threats.names)
    if (name.size() > 200 || std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; })) std::abort();
  return 0;
}
