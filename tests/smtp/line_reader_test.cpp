// SPDX-License-Identifier: MIT
#include "smtp/line_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace postern::smtp {
namespace {

using Event = LineReader::Event;

// The story of an input: lines, and words for what is none.
std::vector<std::string> story(std::string_view input, size_t piece, size_t limit = 16) {
  LineReader reader(limit);
  std::vector<std::string> out;
  while (!input.empty()) {
    std::string_view part = input.substr(0, piece);
    input.remove_prefix(part.size());
    while (!part.empty()) {
      const Event event = reader.take(part);
      if (event == Event::line) out.emplace_back(reader.line());
      if (event == Event::too_long) out.emplace_back("TOO LONG");
      if (event == Event::bare_lf) out.emplace_back("BARE LF");
      if (event == Event::endless) out.emplace_back("ENDLESS");
    }
  }
  return out;
}

TEST(LineReader, CutsAtCrlfOnly) {
  struct Case {
    std::string input;
    std::vector<std::string> expected;
  };
  const Case cases[] = {
      {"a\r\nb\r\n", {"a", "b"}},
      {"\r\n", {""}},
      {"a", {}},
      {"a\rb\r\n", {"a\rb"}},
      {"a\r\r\n", {"a\r"}},
      {"12345678901234\r\n", {"12345678901234"}},         // 16 octets with its end: fits
      {"123456789012345\r\nok\r\n", {"TOO LONG", "ok"}},  // 17; the CR is the 16th
      {"1234567890123456\r\nok\r\n", {"TOO LONG", "ok"}},
      {"a\nb\r\nc\r\n", {"BARE LF", "c"}},
      {"a\n\n\r\nc\r\n", {"BARE LF", "c"}},
      {std::string(15 + 1 + 16 + 16, 'x') + "\r\nok\r\n", {"TOO LONG", "ENDLESS", "ENDLESS", "ok"}},
      {std::string(20, 'x') + "\n\r\nok\r\n", {"TOO LONG", "ok"}},
  };
  for (const Case& one : cases)
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{2}, size_t{3}, size_t{16}})
      EXPECT_EQ(story(one.input, piece), one.expected) << testing::PrintToString(one.input) << " by " << piece;
}

}  // namespace
}  // namespace postern::smtp
