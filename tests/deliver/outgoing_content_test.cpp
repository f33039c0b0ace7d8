// SPDX-License-Identifier: MIT
#include "deliver/outgoing_content.h"

#include <gtest/gtest.h>

#include <random>

#include "deliver/scripted_hop.h"

namespace postern::deliver {
namespace {

using Chunk = OutgoingContent::Chunk;
using Edits = mail::HeaderEdits;

const Edits added{{{"X-A", "1"}, {"X-B", "2"}}, {}};
const std::string fields = "X-A: 1\r\nX-B: 2\r\n";

// All chunks; "unsafe" where it stops.
std::string sent(std::string_view content, const Edits& edits = {}) {
  OutgoingContent out(content, edits);
  std::string all, chunk;
  for (;;) {
    const Chunk kind = out.next(chunk);
    if (kind == Chunk::unsafe) return "unsafe";
    all += chunk;
    if (kind == Chunk::last) return all;
  }
}

TEST(OutgoingContent, LeavesAsItCameWithItsDot) {
  EXPECT_EQ(sent("Subject: x\r\n\r\nbody\r\n"), "Subject: x\r\n\r\nbody\r\n.\r\n");
  EXPECT_EQ(sent(""), ".\r\n");
  EXPECT_EQ(sent("no line end"), "no line end\r\n.\r\n");
}

TEST(OutgoingContent, StuffsDots) {
  EXPECT_EQ(sent(".\r\n..\r\na.\r\n.b"), "..\r\n...\r\na.\r\n..b\r\n.\r\n");
}

TEST(OutgoingContent, PutsFieldsDirectlyBeforeTheHeader) {
  EXPECT_EQ(sent("Subject: x\r\n\r\nbody\r\n", added), fields + "Subject: x\r\n\r\nbody\r\n.\r\n");
  EXPECT_EQ(sent("", added), fields + ".\r\n");
}

TEST(OutgoingContent, UsesTheEmptyLineOfAMailWithoutHeader) {
  EXPECT_EQ(sent("\r\nbody\r\n", added), fields + "\r\nbody\r\n.\r\n");
}

TEST(OutgoingContent, EndsOurHeaderWhereNoFieldFollows) {
  for (const std::string content :
       {"body only\r\n", " folded: into ours\r\n", "\tb\r\n", ": nameless\r\n", "a b: c\r\n"})
    EXPECT_EQ(sent(content, added), fields + "\r\n" + content + ".\r\n");
  EXPECT_EQ(sent(" not ours to touch\r\n"), " not ours to touch\r\n.\r\n");
}

TEST(OutgoingContent, AddsNoEmptyLineToAHeaderWithoutOne) {
  EXPECT_EQ(sent("Subject: x\r\nbody at once\r\n", added), fields + "Subject: x\r\nbody at once\r\n.\r\n");
}

TEST(OutgoingContent, KeepsAnMboxLineFirst) {
  EXPECT_EQ(sent("From a@b Mon\r\nSubject: x\r\n\r\nb\r\n", added),
            "From a@b Mon\r\n" + fields + "Subject: x\r\n\r\nb\r\n.\r\n");
  EXPECT_EQ(sent(">From a\r\nbody\r\n", added), ">From a\r\n" + fields + "\r\nbody\r\n.\r\n");
  EXPECT_EQ(sent("From: a@b\r\n", added), fields + "From: a@b\r\n.\r\n");
}

TEST(OutgoingContent, RemovesNamedFieldsWithTheirFolds) {
  const Edits edits{{}, {"X-Spam-Flag", "x-virus"}};
  EXPECT_EQ(
      sent("A: 1\r\nX-SPAM-FLAG: NO\r\n  folded\r\n\tmore\r\nB: 2\r\nX-Virus : n\r\nX-Spam-Flags: stay\r\n\r\nb\r\n",
           edits),
      "A: 1\r\nB: 2\r\nX-Spam-Flags: stay\r\n\r\nb\r\n.\r\n");
  EXPECT_EQ(sent("X-Virus: 1\r\nX-Virus: 2\r\n", edits), ".\r\n");
  EXPECT_EQ(sent("From x\r\nX-Virus: 1\r\nA: b\r\n", edits), "From x\r\nA: b\r\n.\r\n");
}

TEST(OutgoingContent, RemovesNothingBelowTheHeader) {
  const Edits edits{{}, {"X-Spam-Flag"}};
  for (const std::string content :
       {"A: 1\r\n\r\nX-Spam-Flag: NO\r\n", "A: 1\r\nno field\r\nX-Spam-Flag: NO\r\n", "\r\nX-Spam-Flag: NO\r\n"})
    EXPECT_EQ(sent(content, edits), content + ".\r\n");
}

TEST(OutgoingContent, AddsAndRemovesTogether) {
  const Edits edits{added.prepend, {"X-A"}};
  EXPECT_EQ(sent("X-A: forged\r\nSubject: x\r\n\r\nX-A: body\r\n", edits),
            fields + "Subject: x\r\n\r\nX-A: body\r\n.\r\n");
  EXPECT_EQ(sent("X-A: forged\r\nbody at once\r\n", edits), fields + "\r\nbody at once\r\n.\r\n");
}

TEST(OutgoingContent, NeverSendsABareCrOrLf) {
  for (const std::string content :
       {"a\nb\r\n", "a\rb\r\n", "a\r\r\nb\r\n", "a\r\n\n.\r\n", "a\r\n.\n", "a\r", "a\r\n\r", "\n"}) {
    EXPECT_EQ(sent(content), "unsafe");
    EXPECT_EQ(sent("A: b\r\n\r\n" + std::string(200'000, 'x') + content), "unsafe");
  }
}

TEST(OutgoingContent, TakesNoFieldThatWouldBeTwo) {
  EXPECT_EQ(sent("", Edits{{{"X", "a\r\nBcc: x"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"X", "a\nb"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"X", "a\r\n"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"X y", "a"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"X:", "a"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"", "a"}}, {}}), "unsafe");
  EXPECT_EQ(sent("", Edits{{{"X", "a\r\n folded"}}, {}}), "X: a\r\n folded\r\n.\r\n");
}

TEST(OutgoingContent, CountsWhatLeavesWithoutStuffing) {
  const Edits edits{added.prepend, {"X-C"}};
  for (const std::string content : {"", ".\r\n.\r\n", "X-C: d\r\nA: b\r\n\r\n.x\r\n", "body", "no end"})
    EXPECT_EQ(OutgoingContent(content, edits).size(), unstuffed(sent(content, edits)).size()) << content;
}

TEST(OutgoingContent, KnowsEightBitContentAndFields) {
  EXPECT_TRUE(OutgoingContent("A: b\r\n", added).is_ascii());
  EXPECT_FALSE(OutgoingContent("A: \xfc\r\n", added).is_ascii());
  EXPECT_FALSE(OutgoingContent("", Edits{{{"X", "\xc3\xbc"}}, {}}).is_ascii());
  EXPECT_TRUE(OutgoingContent("A: \xfc\r\n", Edits{{}, {"A"}}).is_ascii());
}

TEST(OutgoingContent, SurvivesStuffingAndUnstuffingWhateverItIs) {
  std::mt19937 random(1);
  const std::string_view alphabet[] = {"\r\n", "\r\n",  ".",         ".",    "..",
                                       "a",    "\r\n.", "\r\n.\r\n", "\xff", std::string_view("\0", 1)};
  for (int round = 0; round < 500; ++round) {
    std::string content;
    const size_t pieces = random() % 60;
    for (size_t i = 0; i < pieces; ++i) content += alphabet[random() % std::size(alphabet)];
    // Now and then a line longer than a chunk, whose CRLF may fall on the border.
    if (round % 50 == 0) content += std::string(OutgoingContent::chunk_size - random() % 4, 'x') + "\r\n." + content;
    content += "\r\n";
    const std::string out = sent(content);
    ASSERT_EQ(out.find("\r\n.\r\n"), out.size() - 5) << "only the end may look like it";
    ASSERT_EQ(unstuffed(out), content);
  }
}

TEST(OutgoingContent, CutsLongLinesBetweenChunksOnly) {
  for (size_t length = OutgoingContent::chunk_size - 3; length < OutgoingContent::chunk_size + 3; ++length) {
    const std::string content = std::string(length, '.') + "\r\n" + std::string(3 * length, '.') + "\r\n";
    OutgoingContent out(content, {});
    std::string all, chunk;
    Chunk kind;
    do {
      kind = out.next(chunk);
      ASSERT_NE(kind, Chunk::unsafe);
      EXPECT_LE(chunk.size(), 2 * OutgoingContent::chunk_size + 8);
      all += chunk;
    } while (kind == Chunk::more);
    EXPECT_EQ(unstuffed(all), content);
    out.rewind();
    std::string first;
    out.next(first);
    EXPECT_EQ(all.compare(0, first.size(), first), 0);
  }
}

}  // namespace
}  // namespace postern::deliver
