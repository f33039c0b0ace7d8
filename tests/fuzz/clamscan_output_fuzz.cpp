// SPDX-License-Identifier: MIT
// Any bytes as what clamscan prints, the first one as its exit code: without a problem every file has its answer, and no name has bytes
// that would break a line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "clamscan/output.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::clamscan;
  if (size == 0) return 0;
  const std::string_view printed(reinterpret_cast<const char*>(data) + 1, size - 1);
  const int code = data[0] % 4;
  const Output output = read_output(printed, {code}, "/f", 3);
  bool has_found = false;
  for (const auto& answer : output.answers) {
    if (output.problem.empty() && !answer) std::abort();
    if (!answer || answer->signature.empty()) continue;
    has_found = true;
    if (std::any_of(answer->signature.begin(), answer->signature.end(), [](char c) { return c <= ' ' || c > '~'; })) std::abort();
  }
  if (output.answers.size() != 3 || (output.problem.empty() && (code > 1 || has_found != (code == 1)))) std::abort();
  return 0;
}
