// SPDX-License-Identifier: MIT
// Any bytes as a configuration: it is read or refused with a reason, twice the same. A zero byte separates two files.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/sources.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::config;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t zero = bytes.find('\0');
  std::vector<Source> sources{{"main", std::string(bytes.substr(0, zero))}};
  if (zero != std::string_view::npos) sources.push_back({"overlay", std::string(bytes.substr(zero + 1))});
  const Loaded once = load_sources(sources), again = load_sources(sources);
  if (!once.configuration && once.problems.empty()) std::abort();
  if (once.problems.size() != again.problems.size()) std::abort();
  for (size_t i = 0; i < once.problems.size(); ++i)
    if (text(once.problems[i]) != text(again.problems[i])) std::abort();
  return 0;
}
