// SPDX-License-Identifier: MIT
// Text in memory that several processes share: written whole, read as far as it is. A reader may see a mixture of two for a moment, never
// beyond the end.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace postern::base {

template <size_t N>
class SharedText {
 public:
  void set(std::string_view text) {
    size_t i = 0;
    for (; i < text.size() && i + 1 < N; ++i) characters_[i].store(text[i], std::memory_order_relaxed);
    characters_[i].store(0, std::memory_order_relaxed);
  }
  std::string get() const {
    std::string text;
    for (const auto& c : characters_) {
      const char value = c.load(std::memory_order_relaxed);
      if (value == 0) break;
      text += value;
    }
    return text;
  }

 private:
  std::array<std::atomic<char>, N> characters_{};
};

}  // namespace postern::base
