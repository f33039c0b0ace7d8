// SPDX-License-Identifier: MIT
// Any bytes as what spamd says: a verdict in which every number is one, or a reason; and what cannot begin an answer never is one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::spamassassin;
  constexpr int32_t most = 100'000'000;  // 1/1000 points
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Answer answer = parse_report(text);
  const bool is_good = answer.error.empty();
  if (is_good && !can_begin_answer(text)) std::abort();
  if (is_pong(text) && !can_begin_answer(text)) std::abort();
  if (is_good && !parse_told(text).empty()) std::abort();
  const auto is_number = [](int32_t points) { return points >= -most && points <= most; };
  if (!is_number(answer.verdict.score) || !is_number(answer.verdict.threshold)) std::abort();
  for (const Test& test : answer.verdict.tests)
    if (test.name.empty() || !is_number(test.points)) std::abort();
  return 0;
}
