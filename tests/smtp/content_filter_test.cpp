// SPDX-License-Identifier: MIT
#include "smtp/content_filter.h"

#include <gtest/gtest.h>

#include <random>

#include "smtp/dialogue.h"

namespace postern::smtp {
namespace {

using Framing = ContentFilter::Framing;

struct Result {
  std::string content, left;
  bool ended = false;
  bool operator==(const Result&) const = default;
};

Result filtered(std::string_view input, size_t piece, Framing framing = Framing::dots) {
  ContentFilter filter(framing);
  Result result;
  while (!input.empty() && !result.ended) {
    const ContentFilter::Piece one = filter.take(input.substr(0, piece));
    result.content += one.content;
    result.ended = one.ended;
    input.remove_prefix(one.used);
  }
  if (framing == Framing::counted) result.content += filter.complete();
  result.left = input;
  return result;
}

TEST(ContentFilter, MakesOfEachInputExactlyThis) {
  struct Case {
    std::string_view input, content, left;
    bool ended;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {".\r\n"sv, ""sv, ""sv, true},
      {"\r\n.\r\n"sv, "\r\n"sv, ""sv, true},
      {"a\r\n.\r\nQUIT\r\n"sv, "a\r\n"sv, "QUIT\r\n"sv, true},
      {"..\r\n.\r\n"sv, ".\r\n"sv, ""sv, true},
      {".a\r\n...\r\n.\r\n"sv, "a\r\n..\r\n"sv, ""sv, true},
      {"a.\r\nb..c\r\n.\r\n"sv, "a.\r\nb..c\r\n"sv, ""sv, true},
      // Behind a bare LF a dot is text.
      {"a\n.\r\nb\r\n.\r\n"sv, "a\r\n.\r\nb\r\n"sv, ""sv, true},
      {"a\n..\r\n.\r\n"sv, "a\r\n..\r\n"sv, ""sv, true},
      {"\n.\n"sv, "\r\n.\r\n"sv, ""sv, false},
      {"\r\n\n.\r\n"sv, "\r\n\r\n.\r\n"sv, ""sv, false},
      // A dot behind CRLF that ends nothing was stuffing.
      {"a\r\n.\nb"sv, "a\r\n\r\nb"sv, ""sv, false},
      {"a\r\n.\rb"sv, "a\r\n b"sv, ""sv, false},
      {"a\r\n.\r\r\nb"sv, "a\r\n \r\nb"sv, ""sv, false},
      {"a\r\n.\0\r\nb"sv, "a\r\n\0\r\nb"sv, ""sv, false},
      // Bare CR.
      {"a\rb"sv, "a b"sv, ""sv, false},
      {"\r.\r\nb"sv, " .\r\nb"sv, ""sv, false},
      {"\r\r\r\nb"sv, "  \r\nb"sv, ""sv, false},
      {"a\r\r\n.\r\r\nb"sv, "a \r\n \r\nb"sv, ""sv, false},
      {"\0\xFF\x80"sv, "\0\xFF\x80"sv, ""sv, false},
  };
  for (const Case& one : cases)
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{2}, size_t{3}})
      EXPECT_EQ(filtered(one.input, piece), (Result{std::string(one.content), std::string(one.left), one.ended}))
          << testing::PrintToString(std::string(one.input)) << " by " << piece;
}

TEST(ContentFilter, CountedContentKnowsNoDotsAndEndsWithALineEnd) {
  struct Case {
    std::string_view input, content;
  };
  const Case cases[] = {
      {"", ""},
      {"a", "a\r\n"},
      {"a\r\n", "a\r\n"},
      {"a\n", "a\r\n"},
      {"a\r", "a \r\n"},
      {"\r\n.\r\n", "\r\n.\r\n"},
      {"..\r\n.x", "..\r\n.x\r\n"},
      {".", ".\r\n"},
      {"\n.\n", "\r\n.\r\n"},
      {"\r\r\n", " \r\n"},
  };
  for (const Case& one : cases)
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{2}})
      EXPECT_EQ(filtered(one.input, piece, Framing::counted).content, one.content)
          << testing::PrintToString(std::string(one.input));
}

TEST(ContentFilter, HandsWholeLinesOnWithoutCopying) {
  std::string input;
  for (int i = 0; i < 1000; ++i) input += "A line of ordinary text, number " + std::to_string(i) + "\r\n";
  input += std::string(5000, 'x') + "\r\n";
  ContentFilter filter;
  const auto piece = filter.take(input);
  EXPECT_EQ(piece.content.data(), input.data());
  EXPECT_EQ(piece.content.size(), input.size());
}

// A model of the rules, written the slow way: lines first, then their ends.
std::string model(std::string_view input, bool& ended, size_t& used) {
  std::string out;
  bool true_line_start = true;
  for (size_t i = 0; i < input.size();) {
    if (true_line_start && input.substr(i, 3) == ".\r\n") {
      ended = true;
      used = i + 3;
      return out;
    }
    if (true_line_start && input[i] == '.') ++i;
    true_line_start = false;
    while (i < input.size() && !true_line_start) {
      if (input.substr(i, 2) == "\r\n") {
        out += "\r\n";
        i += 2;
        true_line_start = true;
      } else {
        if (input[i] == '\r')
          out += ' ';
        else if (input[i] == '\n')
          out += "\r\n";
        else
          out += input[i];
        ++i;
      }
    }
  }
  return out;
}

TEST(ContentFilter, AgreesWithTheModelOnEveryMixtureAndEverySplit) {
  std::mt19937 random(20260101);
  constexpr std::string_view letters = "\r\n.\r\n.x\0";
  for (int round = 0; round < 20000; ++round) {
    std::string input;
    for (size_t n = random() % 24; n > 0; --n) input += letters[random() % letters.size()];
    input += "\r\nq\r\n.\r\nrest";
    bool ended = false;
    size_t used = 0;
    const std::string expected = model(input, ended, used);
    ASSERT_TRUE(ended);
    const Result whole = filtered(input, SIZE_MAX);
    ASSERT_EQ(whole, (Result{expected, input.substr(used), true})) << testing::PrintToString(input);
    ASSERT_TRUE(has_clean_line_ends(whole.content));
    for (const size_t piece : {1u, 2u, 3u, 5u})
      ASSERT_EQ(filtered(input, piece), whole) << testing::PrintToString(input);
  }
}

TEST(CanonicalLineEnds, AreThoseTheMailWouldHaveArrivedWith) {
  for (const auto& [text, canonical] : {std::pair("", ""),
                                        {"a\nb\n", "a\r\nb\r\n"},
                                        {"a\r\nb\r\n", "a\r\nb\r\n"},
                                        {"a\rb\r\r\n", "a b \r\n"},
                                        {".\n..\nfrom a file, where a dot is a dot\n", ".\r\n..\r\nfrom a file, where a dot is a dot\r\n"},
                                        {"no end", "no end\r\n"},
                                        {"a\r", "a \r\n"}})
    EXPECT_EQ(with_canonical_line_ends(text), canonical) << text;
}

TEST(ContentFilter, KeepsDotsAtTheSeamsOfItsReads) {
  for (const size_t read : {size_t{4096}, size_t{65536}})
    for (const std::string_view middle : {"\r\n..", "\r\n...", "\r\n..\r\n"})
      for (int offset = -4; offset <= 4; ++offset) {
        const std::string before(static_cast<size_t>(static_cast<int>(read) + offset), 'x');
        std::string sent = before;
        sent.append(middle).append("tail\r\n.\r\n");
        std::string meant = before;
        meant.append("\r\n").append(middle.substr(3)).append("tail\r\n");
        for (const size_t piece : {read, size_t{1}})
          EXPECT_EQ(filtered(sent, piece), (Result{meant, "", true})) << offset;
      }
}

TEST(ContentFilter, HasNoQuadraticInput) {
  // One read of the worst letters: each must come through, and a quadratic filter would need hours.
  for (const std::string_view unit : {"\ra", "\na", "\r\n.a", "\r", "\n", "a"}) {
    std::string input;
    while (input.size() < 1u << 20) input += unit;
    EXPECT_FALSE(filtered(input, SIZE_MAX).ended);
  }
}

}  // namespace
}  // namespace postern::smtp
