// SPDX-License-Identifier: MIT
#include "base/file_view.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/content.h"

namespace postern::base {
namespace {

std::string text_of(size_t size, char first) {
  std::string text(size, first);
  for (size_t i = 1; i < size; ++i) text[i] = static_cast<char>(text[i - 1] * 31 + 7);
  return text;
}

// Around the sizes at which the way to the bytes changes: kept memory, huge pages, a mapping.
const std::vector<size_t> sizes = {0, 1, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20, FileView::largest_copy, FileView::largest_copy + 1};

TEST(FileView, ShowsAllBytesWhateverTheSize) {
  for (const size_t size : sizes) {
    SCOPED_TRACE(size);
    const std::string expected = text_of(size, 'a');
    const Content content = Content::of(expected);
    EXPECT_EQ(content.size(), size);
    EXPECT_TRUE(content.bytes() == expected);
  }
}

TEST(FileView, SeveralDoNotDisturbEachOtherAndMemoryUsedAgainHoldsTheNewBytes) {
  for (int round = 0; round < 3; ++round) {
    std::vector<Content> all;
    for (char c = 'a'; c < 'a' + 5; ++c) all.push_back(Content::of(text_of(100000, c)));
    std::rotate(all.begin(), all.begin() + 2, all.end());
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(all[static_cast<size_t>(i)].bytes() == text_of(100000, static_cast<char>('a' + (i + 2) % 5)));
  }
}

TEST(FileView, IsForAnyThread) {
  std::vector<std::thread> threads;
  for (char c = 'a'; c < 'a' + 4; ++c)
    threads.emplace_back([c] {
      for (size_t i = 1; i < 200; ++i) {
        const std::string expected(i * 97, c);
        EXPECT_TRUE(Content::of(expected).bytes() == expected);
      }
    });
  for (std::thread& t : threads) t.join();
}

TEST(FileView, WhereItMovesTheBytesStay) {
  Content first = Content::of("first"), second = Content::of("second");
  Content moved = std::move(first);
  EXPECT_EQ(moved.bytes(), "first");
  second = std::move(moved);
  EXPECT_EQ(second.bytes(), "first");
}

TEST(FileView, AFileShorterThanSaidIsAnError) {
  const Content content = Content::of("short");
  EXPECT_THROW(FileView(content.fd(), 6), std::system_error);
  EXPECT_THROW(FileView(-1, 6), std::system_error);
}

TEST(FileView, AForkedProcessFindsNothingOfAMail) {
  for (const size_t size : {size_t{1000}, size_t{3 << 20}}) {
    const Content content = Content::of(std::string(size, 'x'));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(content.bytes() == std::string(size, '\0') ? 0 : 1);
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(content.bytes(), std::string(size, 'x'));
  }
}

TEST(FileView, WhoOnlyHandsADescriptorOnReadsNothing) {
  const Content whole = Content::of("whole");
  const Content unread = Content::unread(UniqueFd(::dup(whole.fd())));
  EXPECT_EQ(unread.size(), 5u);
  EXPECT_EQ(unread.bytes(), "");
}

}  // namespace
}  // namespace postern::base
