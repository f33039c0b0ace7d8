// SPDX-License-Identifier: MIT
// Any bytes as a DNS message: "listed" comes with codes of lists, "not listed" without, and everything else with a
// reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "answer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::dnsbl;
  const Answer answer = read_answer({reinterpret_cast<const char*>(data), size});
  const bool is_answer = answer.kind == Answer::Kind::listed || answer.kind == Answer::Kind::not_listed;
  if ((answer.kind == Answer::Kind::listed) == answer.codes.empty() || is_answer != answer.reason.empty()) std::abort();
  for (const Code& code : answer.codes)
    if (code[0] != 127 || (code[1] == 255 && code[2] == 255)) std::abort();
  return 0;
}
