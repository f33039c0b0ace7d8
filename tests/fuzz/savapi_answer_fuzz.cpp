// SPDX-License-Identifier: MIT
// Any lines as what SAVAPI answers: clean only without a name, and names that are short.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "savapi/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  savapi::ScanReplies replies;
  for (bool is_last = false; !is_last && !bytes.empty();) {
    const size_t end = bytes.find('\n');
    const auto reply = savapi::parse_reply(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (!reply) return 0;
    if (reply->code < 0 || reply->code > 999) std::abort();
    is_last = replies.put(*reply);
  }
  const support::ScanVerdict verdict = replies.verdict();
  if (verdict.outcome == support::Outcome::clean && !verdict.names.empty()) std::abort();
  if (verdict.outcome == support::Outcome::infected && verdict.names.empty()) std::abort();
  for (const std::string& name : verdict.names)
    if (name.empty() || name.size() > 200) std::abort();
  return 0;
}
