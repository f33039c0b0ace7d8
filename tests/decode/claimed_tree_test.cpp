// SPDX-License-Identifier: MIT
// What a process that was taken over could say, and that it is not believed.
#include "decode/claimed_tree.h"

#include <gtest/gtest.h>

#include "mail/codec.h"

namespace postern::decode {
namespace {

using base::WireError;
using base::WireReader;
using base::WireWriter;
using mail::Part;

void tell(ClaimedTree& tree, Record kind, const WireWriter& payload) {
  WireReader in(payload.bytes());
  tree.take(kind, in);
}

void tell_part(ClaimedTree& tree, uint32_t parent, Part::Source source = Part::Source::none, uint64_t offset = 0,
               uint64_t size = 0) {
  Part part;
  part.parent = parent;
  part.source = source;
  part.offset = offset;
  part.size = size;
  WireWriter w;
  mail::write(w, part);
  tell(tree, Record::part, w);
}

TEST(ClaimedTree, TakesATree) {
  ClaimedTree tree(10);
  tell_part(tree, 0);
  tell_part(tree, 0);
  tell_part(tree, 1);
  tell(tree, Record::detected, WireWriter().u32(2).text("text/plain"));
  tell(tree, Record::part_name, WireWriter().u32(2).text("a.txt"));
  tell(tree, Record::opened, WireWriter().u32(0).text("mime"));
  tell(tree, Record::flags, WireWriter().u32(1).u32(5));
  const std::vector<Part> parts = tree.take_parts();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[2].parent, 1u);
  EXPECT_EQ(parts[2].detected_type, "text/plain");
  EXPECT_EQ(parts[2].names, std::vector<std::string>{"a.txt"});
  EXPECT_EQ(parts[0].decoder, "mime");
  EXPECT_EQ(parts[1].flags, 5u);
}

TEST(ClaimedTree, BelievesNoDigest) {
  ClaimedTree tree(10);
  Part part;
  part.digest = base::sha256("something harmless");
  WireWriter w;
  mail::write(w, part);
  tell(tree, Record::part, w);
  EXPECT_EQ(tree.take_parts().at(0).digest, base::Sha256{});
}

TEST(ClaimedTree, RefusesPartsOfNoParent) {
  ClaimedTree rootless(10);
  EXPECT_THROW(tell_part(rootless, 1), WireError);
  ClaimedTree tree(10);
  tell_part(tree, 0);
  EXPECT_THROW(tell_part(tree, 1), WireError) << "its own parent";
  EXPECT_THROW(tell_part(tree, 7), WireError);
}

TEST(ClaimedTree, RefusesMorePartsThanTheLimit) {
  ClaimedTree tree(3);
  for (int i = 0; i < 4; ++i) tell_part(tree, 0);  // the mail itself is not counted
  EXPECT_THROW(tell_part(tree, 0), WireError);
}

TEST(ClaimedTree, RefusesWordsAboutPartsThatWereNeverMade) {
  ClaimedTree tree(3);
  tell_part(tree, 0);
  for (const Record kind : {Record::part_name, Record::detected, Record::opened})
    EXPECT_THROW(tell(tree, kind, WireWriter().u32(1).text("x")), WireError);
  EXPECT_THROW(tell(tree, Record::flags, WireWriter().u32(UINT32_MAX).u32(0)), WireError);
}

TEST(ClaimedTree, RefusesRecordsOutOfTurnUnknownAndCutOff) {
  ClaimedTree tree(3);
  tell_part(tree, 0);
  EXPECT_THROW(tell(tree, Record::scanned, WireWriter().i32(0).text("")), WireError);
  EXPECT_THROW(tell(tree, Record::finding, WireWriter()), WireError);
  EXPECT_THROW(tell(tree, static_cast<Record>(4711), WireWriter()), WireError);
  EXPECT_THROW(tell(tree, Record::detected, WireWriter().u32(0).u32(100)), WireError);
}

TEST(ClaimedTree, RefusesTalkWithoutEnd) {
  ClaimedTree tree(3);
  tell_part(tree, 0);
  const WireWriter name = WireWriter().u32(0).text(std::string(16 * 1024 * 1024, 'x'));
  EXPECT_THROW(
      {
        for (int i = 0; i < 20; ++i) tell(tree, Record::detected, name);
      },
      WireError);
}

TEST(CheckRanges, RefusesBytesThatDoNotExist) {
  const auto check = [](Part::Source source, uint64_t offset, uint64_t size) {
    ClaimedTree tree(3);
    tell_part(tree, 0, source, offset, size);
    check_ranges(tree.parts(), 100, 10);
  };
  EXPECT_NO_THROW(check(Part::Source::mail, 50, 50));
  EXPECT_NO_THROW(check(Part::Source::arena, 10, 0));
  EXPECT_THROW(check(Part::Source::mail, 50, 51), WireError);
  EXPECT_THROW(check(Part::Source::mail, 101, 0), WireError);
  EXPECT_THROW(check(Part::Source::arena, 0, 11), WireError);
  EXPECT_THROW(check(Part::Source::arena, UINT64_MAX, 2), WireError);
  EXPECT_THROW(check(Part::Source::arena, 2, UINT64_MAX), WireError);
  EXPECT_THROW(check(Part::Source::none, 0, 1), WireError);
}

TEST(GiveUpWhatIsMissing, MarksThePartAndKeepsTheRest) {
  ClaimedTree tree(3);
  tell_part(tree, 0, Part::Source::mail, 0, 100);
  tell_part(tree, 0, Part::Source::arena, 0, 10);
  tell_part(tree, 0, Part::Source::arena, 10, 10);
  std::vector<Part> parts = tree.take_parts();
  give_up_what_is_missing(parts, 100, 10);
  EXPECT_EQ(parts[1].size, 10u);
  EXPECT_TRUE(parts[1].defects.empty());
  EXPECT_EQ(parts[2].source, Part::Source::none);
  ASSERT_EQ(parts[2].defects.size(), 1u);
  EXPECT_EQ(parts[2].defects[0].kind, mail::DefectKind::limit);
}

}  // namespace
}  // namespace postern::decode
