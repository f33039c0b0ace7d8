// SPDX-License-Identifier: MIT
#include "base/suggest.h"

#include <algorithm>

namespace postern::base {
namespace {

constexpr size_t longest_word = 64;  // nobody mistypes more; bounds the quadratic work for hostile input

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '_' ? '-' : c;
}

// Edits that turn a into b: insert, drop, replace, or swap two neighbours. Case and '_' for '-' cost nothing.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& known) {
  if (word.empty() || word.size() > longest_word) return std::nullopt;
  const size_t tolerated =
      word.size() < 3 ? 1 : (word.size() + 2) / 3;  // a third may be wrong: beyond it we would guess
  const std::string* nearest = nullptr;
  size_t least = tolerated + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > longest_word) continue;
    if (const size_t edits = distance(word, candidate); edits < least) {
      least = edits;
      nearest = &candidate;
    }
  }
  if (!nearest) return std::nullopt;
  return *nearest;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto near = suggest(word, known);
  return near ? "did you mean \"" + *near + "\"?" : std::string();
}

}  // namespace postern::base
