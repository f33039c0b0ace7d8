// SPDX-License-Identifier: MIT
// The unpacking itself, in this process, with decoders that do what the mail tells them to.
#include "decode/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <optional>

#include "plugin/loaded.h"

namespace postern::decode {
namespace {

using mail::DefectKind;
using mail::Part;
using plugin::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Silent final : public Recorder {
 public:
  void part(const Part&) override { ++parts; }
  void part_name(uint32_t, const std::string&) override {}
  void detected(uint32_t, const std::string&) override {}
  void opened(uint32_t, const std::string&) override {}
  void flags(uint32_t, uint32_t) override {}
  void defect(uint32_t, const mail::Defect&) override { ++defects; }
  void trying(uint32_t, uint32_t) override {}
  size_t parts = 0, defects = 0;
};

// One mail opened by the toys: "toy" with bid 50, "other" with bid 90 and its own word.
class Opened : public testing::Test {
 protected:
  const std::vector<Part>& open(std::string mail, std::vector<Skip> skips = {}) {
    mail_ = std::move(mail);
    const plugin::Loaded toys({plugin::instance(Kind::decoder, "toy", "toy"),
                               plugin::instance(Kind::decoder, "other", "toy", {{"word", "other"}, {"bid", "90"}})},
                              {POSTERN_TEST_PLUGINS});
    const auto decoders = toys.prepared.of(Kind::decoder);
    Budget budget(limits, mail_.size(), deadline);
    arena.emplace(base::UniqueFd(::memfd_create("arena", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
    parts = open_all(mail_, *arena, budget, {decoders, types, std::move(skips)}, recorder);
    EXPECT_EQ(recorder.parts, parts.size()) << "what is not told is lost with the process";
    size_t defects = 0;
    for (const Part& p : parts) defects += p.defects.size();
    EXPECT_EQ(recorder.defects, defects);
    return parts;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const Part& p : parts) all.push_back(p.path);
    return all;
  }
  std::string text(size_t part) { return std::string(part_bytes(parts.at(part), mail_, *arena)); }
  std::string defect(size_t part) const {
    const auto& defects = parts.at(part).defects;
    return defects.empty() ? "" : std::string(mail::name(defects.front().kind)) + " " + defects.front().code;
  }

  Limits limits;
  support::Deadline deadline;
  TypeDetector types;
  Silent recorder;
  std::optional<Arena> arena;
  std::vector<Part> parts;

 private:
  std::string mail_;
};

TEST_F(Opened, ATreeHasPathsParentsAndDepths) {
  open("toy\nchild one\nchild toy%0Achild inner%0Achild toy%250Achild innermost\nchild three");
  EXPECT_THAT(paths(), ElementsAre("0", "1", "2", "3", "2.1", "2.2", "2.2.1"));
  EXPECT_EQ(parts[4].parent, 2u);
  EXPECT_EQ(parts[6].parent, 5u);
  EXPECT_EQ(parts[6].depth, 3u);
  EXPECT_EQ(text(6), "innermost");
  EXPECT_EQ(text(3), "three");
  EXPECT_EQ(parts[0].decoder, "toy");
  EXPECT_EQ(parts[1].decoder, "") << "nobody opened it: a leaf";
  EXPECT_EQ(parts[1].detected_type, "text/plain");
}

TEST_F(Opened, TheSurestDecoderIsAskedFirstAndTheNextWhenItDeclines) {
  open("toy\nchild other%0Achild x\nchild toy%0Achild y");
  EXPECT_EQ(parts[1].decoder, "other");
  EXPECT_EQ(parts[2].decoder, "toy") << "\"other\" bids more and says unsupported";
  EXPECT_EQ(defect(2), "");
}

TEST_F(Opened, APartThatIsTwoThingsIsOpenedAsBoth) {
  open("toy\nchild both%0Achild x");
  EXPECT_EQ(parts[1].decoder, "other toy") << "the surest first";
  EXPECT_THAT(paths(), ElementsAre("0", "1", "1.1", "1.2"));
  EXPECT_EQ(defect(1), "");
}

TEST_F(Opened, ASliceIsARangeOfItsParentWithoutCopy) {
  open("toy\nslice 3");
  EXPECT_EQ(parts[1].source, Part::Source::mail);
  EXPECT_EQ(text(1), "toy");
  EXPECT_EQ(arena->size(), 0u);
}

TEST_F(Opened, ASliceOfAWrittenChildIsARangeOfTheArena) {
  open("toy\ngrandchild abcdef");
  EXPECT_THAT(paths(), ElementsAre("0", "1", "1.1"));
  EXPECT_EQ(text(2), "bcdef");
  EXPECT_EQ(arena->size(), 6u);
}

TEST_F(Opened, ASliceOutOfRangeFailsTheDecoderAndIsNoPartWithBytes) {
  open("toy\nslice 4000");
  EXPECT_EQ(defect(0), "undecoded decoder-failed");
  for (size_t i = 1; i < parts.size(); ++i) EXPECT_EQ(parts[i].size, 0u);
}

TEST_F(Opened, AChildIsWrittenOrSlicedNotBoth) {
  open("toy\nwrite-and-slice");
  EXPECT_EQ(defect(0), "undecoded decoder-failed");
}

TEST_F(Opened, OneChildIsOpenAtATime) {
  open("toy\ntwo-at-once");
  EXPECT_EQ(defect(0), "undecoded decoder-failed");
  ASSERT_EQ(parts.size(), 2u) << "the first is not lost";
  EXPECT_EQ(text(1), "first");
  EXPECT_TRUE(parts[1].flags & POSTERN_PART_TRUNCATED);
}

TEST_F(Opened, AChildLeftOpenKeepsItsBytesAndIsTruncated) {
  open("toy\nleft-open beginning");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(text(1), "beginning");
  EXPECT_TRUE(parts[1].flags & POSTERN_PART_TRUNCATED);
  EXPECT_EQ(defect(0), "undecoded decoder-failed");
  EXPECT_THAT(parts[0].defects[0].text, HasSubstr("no end"));
}

TEST_F(Opened, AFalseSizeClaimIsADefectOfThePart) {
  open("toy\nclaim 12345\nclaim 123456");
  EXPECT_EQ(defect(1), "");
  EXPECT_EQ(defect(2), "malformed size-claim-false");
}

TEST_F(Opened, AnEncryptedPartIsMarkedAndSaysSo) {
  open("toy\nchild toy%0Aencrypted");
  EXPECT_TRUE(parts[1].flags & POSTERN_PART_ENCRYPTED);
  EXPECT_EQ(defect(1), "encrypted encrypted");
}

TEST_F(Opened, TheDepthLimitIsADefectWhereItWasReached) {
  limits.depth = 1;
  open("toy\nchild toy%0Achild too deep");
  EXPECT_THAT(paths(), ElementsAre("0", "1"));
  EXPECT_EQ(defect(1), "limit limit-depth");
}

TEST_F(Opened, ThePartsLimitIsADefectAndWhatFollowsIsNotOpenedSilently) {
  limits.parts = 3;
  open("toy\nchild toy%0Achild x\nchild toy%0Achild y\nchild toy%0Achild z\nchild never");
  EXPECT_EQ(parts.size(), 4u);
  EXPECT_EQ(defect(0), "limit limit-parts");
  for (size_t i = 1; i < parts.size(); ++i) EXPECT_EQ(defect(i), "limit limit-parts") << parts[i].path;
}

TEST_F(Opened, TheByteLimitIsADefectAndTheCutPartIsTruncated) {
  limits.min_bytes = limits.bytes = 100 * 1024;
  open("toy\nfill 200000");
  EXPECT_EQ(defect(0), "limit limit-bytes");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_TRUE(parts[1].flags & POSTERN_PART_TRUNCATED);
  EXPECT_LE(parts[1].size, 100u * 1024);
}

TEST_F(Opened, TheTimeLimitIsADefect) {
  deadline = support::Deadline::in(std::chrono::milliseconds(-1));
  open("toy\nchild x");
  EXPECT_EQ(parts.size(), 1u);
  EXPECT_EQ(defect(0), "limit limit-time");
}

TEST_F(Opened, ANameThatIsLeftOutIsALimitDefect) {
  open("toy\nnames 63\nnames 64\nnames 200");
  EXPECT_EQ(parts[1].names.size(), 64u) << "63 and the one that comes again and again";
  EXPECT_EQ(defect(1), "");
  for (size_t i = 2; i <= 3; ++i) {
    EXPECT_EQ(parts[i].names.size(), 64u);
    EXPECT_EQ(defect(i), "limit limit-names");
    EXPECT_EQ(parts[i].defects.size(), 1u) << "told once";
  }
}

TEST_F(Opened, OfEachKindOfDefectTheFirstIsKeptHoweverManyThereAre) {
  open("toy\nfindings 1000");
  EXPECT_EQ(parts[0].defects.size(), 65u);
  EXPECT_EQ(parts[0].defects.back().kind, DefectKind::ambiguous);
}

TEST_F(Opened, ASkippedDecoderIsACrashDefectAndTheRestIsOpened) {
  open("toy\nchild toy%0Achild x\nchild toy%0Achild y", {{"toy", "1"}});
  EXPECT_EQ(defect(1), "crashed decoder-crashed");
  EXPECT_EQ(defect(2), "");
  EXPECT_THAT(paths(), ElementsAre("0", "1", "2", "2.1"));
}

TEST_F(Opened, AnEmptyMailIsOnePart) {
  open("");
  EXPECT_EQ(parts.size(), 1u);
  EXPECT_THAT(parts[0].defects, IsEmpty());
}

}  // namespace
}  // namespace postern::decode
