// SPDX-License-Identifier: MIT
// Any bytes as what Dr.Web's daemon answers: the same however they come, and clean only without a name.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "protocol.h"

namespace {

using namespace postern;

std::optional<support::ScanVerdict> read(std::string_view bytes, size_t piece) {
  drwebd::AnswerReader reader;
  try {
    for (size_t at = 0; at < bytes.size(); at += piece)
      if (reader.put(bytes.substr(at, piece))) return reader.verdict();
  } catch (const drwebd::BadAnswer&) {
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1);
  if (!whole) return 0;  // in pieces it may end before the byte that is too much
  const auto slow = read(bytes, 1);
  if (!slow || whole->outcome != slow->outcome || whole->names != slow->names) std::abort();
  if (whole->outcome == support::Outcome::clean && !whole->names.empty()) std::abort();
  if (whole->outcome == support::Outcome::infected && whole->names.empty()) std::abort();
  return 0;
}
