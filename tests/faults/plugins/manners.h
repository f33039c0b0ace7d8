// SPDX-License-Identifier: MIT
// What a plug-in can do to its process. A mail asks for it by a line of its own, "<word>: <manner>", so one daemon can
// meet every kind of bad behaviour and good mail beside it.
#pragma once
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "gate.h"

namespace postern::faults {

// "segfault" of "\r\nX-Rude: segfault\r\n"; empty: the mail asks for nothing.
inline std::string_view manner(std::string_view text, std::string_view word) {
  const std::string key = "\n" + std::string(word) + ": ";
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + key.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

[[gnu::noinline]] inline void allocate_without_end() {
  constexpr size_t piece = 1u << 20;
  for (;;) {
    char* at = static_cast<char*>(std::malloc(piece));
    if (!at) ::abort();  // as a library does that never looks at what malloc returns
    std::memset(at, 1, piece);
  }
}

inline void misbehave(std::string_view how, Gate& gate) {
  if (how == "segfault") {
    ::raise(SIGSEGV);
  } else if (how == "abort") {
    ::abort();
  } else if (how == "exit") {
    ::exit(0);
  } else if (how == "loop") {
    for (std::atomic<unsigned> n = 0;; ++n) {  // an effect, so that the compiler must not forget the loop
    }
  } else if (how == "allocate") {
    allocate_without_end();
  } else if (how == "block") {
    gate.enter();
  }
}

}  // namespace postern::faults
