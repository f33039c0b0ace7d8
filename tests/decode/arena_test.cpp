// SPDX-License-Identifier: MIT
#include "decode/arena.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>
#include <stdexcept>

#include "base/content.h"

namespace postern::decode {
namespace {

base::UniqueFd memory() {
  return base::UniqueFd(::memfd_create("arena", MFD_CLOEXEC | MFD_ALLOW_SEALING));
}
constexpr int all_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

TEST(Arena, ShowsWhatIsStillOnItsWayToTheFile) {
  Arena arena(memory());
  ASSERT_TRUE(arena.append("one"));
  ASSERT_TRUE(arena.append("two"));
  EXPECT_EQ(arena.size(), 6u);
  EXPECT_EQ(arena.view(0, 3), "one");
  EXPECT_EQ(arena.view(2, 3), "etw");
}

TEST(Arena, KeepsViewsInPlaceWhileItGrows) {
  Arena arena(memory());
  ASSERT_TRUE(arena.append("the first part"));
  const std::string_view first = arena.view(0, 14);
  const char* const where = first.data();
  const std::string block(300 * 1024, 'x');
  for (int i = 0; i < 40; ++i) {  // past every mapping made so far
    ASSERT_TRUE(arena.append(block));
    EXPECT_EQ(arena.view(arena.size() - block.size(), block.size()), block);
  }
  EXPECT_EQ(first, "the first part");
  EXPECT_EQ(first.data(), where);
}

TEST(Arena, ShowsLargePartsAndWhatStandsInThem) {
  Arena arena(memory());
  std::vector<std::string> parts;
  std::vector<std::string_view> views;
  for (int i = 0; i < 5; ++i) {  // more than are copied
    parts.push_back(std::string(2'500'000, static_cast<char>('a' + i)) + "end");
    ASSERT_TRUE(arena.append("small"));
    const uint64_t at = arena.size();
    ASSERT_TRUE(arena.append(parts.back()));
    views.push_back(arena.view(at, parts.back().size()));
    EXPECT_EQ(arena.view(at - 5, 5), "small");
    EXPECT_EQ(arena.view(at + 2'499'999, 4), parts.back().substr(2'499'999));
    EXPECT_EQ(arena.view(at - 2, 4), "ll" + parts.back().substr(0, 2)) << "across its begin";
  }
  for (size_t i = 0; i < parts.size(); ++i) EXPECT_TRUE(views[i] == parts[i]) << i;
  arena.unmap();
  EXPECT_TRUE(arena.view(5, parts[0].size()) == parts[0]);
}

TEST(Arena, DoesNotPassOffMissingBytesAsAnEmptyPart) {
  Arena arena(memory());
  ASSERT_TRUE(arena.append("abc"));
  EXPECT_TRUE(arena.view(0, 0).empty());
  EXPECT_THROW(arena.view(0, 4), std::runtime_error);
  EXPECT_THROW(arena.view(4, 1), std::runtime_error);
  EXPECT_THROW(arena.view(UINT64_MAX, 2), std::runtime_error);
}

TEST(Arena, CanBeSealedAndReadAgainAfterwards) {
  const base::UniqueFd file = memory();
  Arena arena(base::UniqueFd(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0)));
  ASSERT_TRUE(arena.append("content"));
  EXPECT_EQ(arena.view(0, 7), "content");
  ASSERT_TRUE(arena.flush());
  arena.unmap();
  ASSERT_EQ(::fcntl(file.get(), F_ADD_SEALS, all_seals), 0);
  EXPECT_EQ(arena.view(0, 7), "content") << "a confined scanner reads it after the seal";
}

TEST(Arena, SaysWhenTheKernelTakesNoMore) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{1 << 20, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  Arena arena(memory());
  const bool fits = arena.append(std::string(1 << 20, 'x'));
  const bool more = arena.append(std::string(1 << 20, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_TRUE(fits);
  EXPECT_FALSE(more);
}

}  // namespace
}  // namespace postern::decode
