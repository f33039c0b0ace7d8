// SPDX-License-Identifier: MIT
#include "scan/verdict_cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "postern/plugin.h"

namespace postern::scan {
namespace {

base::Sha256 key(const std::string& bytes, uint32_t scanner = 1, const std::string& versions = "1") {
  return VerdictCache::key(base::sha256(bytes), scanner, versions);
}
mail::Finding virus(std::string name) { return {POSTERN_CAT_MALWARE, 0, 0, 7, std::move(name), "text", 0}; }

TEST(VerdictCache, GivesBackWhatWasKept) {
  VerdictCache cache(1 << 20);
  EXPECT_FALSE(cache.find(key("a"), 0));
  cache.keep(key("a"), {}, 0, 100);
  cache.keep(key("b"), std::vector{virus("Worm")}, 0, 100);
  ASSERT_TRUE(cache.find(key("a"), 99));
  EXPECT_TRUE(cache.find(key("a"), 99)->empty());
  const auto found = cache.find(key("b"), 99);
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(found->front().name, "Worm");
  EXPECT_EQ(found->front().category, POSTERN_CAT_MALWARE);
  EXPECT_EQ(found->front().part, 0u);
}

TEST(VerdictCache, ForgetsWhenTheTimeIsOver) {
  VerdictCache cache(1 << 20);
  cache.keep(key("a"), {}, 0, 100);
  EXPECT_FALSE(cache.find(key("a"), 100));
}

TEST(VerdictCache, KnowsBytesScannersAndVersionsApart) {
  VerdictCache cache(1 << 20);
  cache.keep(key("a"), {}, 0, 100);
  EXPECT_FALSE(cache.find(key("b"), 0));
  EXPECT_FALSE(cache.find(key("a", 2), 0));
  EXPECT_FALSE(cache.find(key("a", 1, "2"), 0));
}

TEST(VerdictCache, KeepsNothingThatDoesNotFit) {
  VerdictCache cache(1 << 20);
  cache.keep(key("many"), std::vector(5, virus("x")), 0, 100);
  cache.keep(key("long"), std::vector{virus(std::string(1000, 'x'))}, 0, 100);
  EXPECT_FALSE(cache.find(key("many"), 0));
  EXPECT_FALSE(cache.find(key("long"), 0));
}

TEST(VerdictCache, ThatIsOffRemembersNothing) {
  VerdictCache cache(0);
  cache.keep(key("a"), {}, 0, 100);
  EXPECT_FALSE(cache.find(key("a"), 0));
}

TEST(VerdictCache, IsSharedWithProcessesUnlessTheyAreKeptOut) {
  VerdictCache cache(1 << 20);
  if (const pid_t pid = ::fork(); pid == 0) {
    cache.keep(key("from a child"), {}, 0, 100);
    ::_exit(0);
  } else {
    int status = 0;
    ::waitpid(pid, &status, 0);
  }
  EXPECT_TRUE(cache.find(key("from a child"), 0));
  cache.keep_from_children();
  int status = 0;
  if (const pid_t pid = ::fork(); pid == 0) {
    ::signal(SIGSEGV, SIG_DFL);
    cache.keep(key("a lie"), {}, 0, 100);
    ::_exit(0);
  } else {
    ::waitpid(pid, &status, 0);
  }
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the memory is not there";
  EXPECT_FALSE(cache.find(key("a lie"), 0));
}

// Writers and readers of few places in several threads: a verdict is the one of its key, or none.
TEST(VerdictCache, NeverGivesOneVerdictForAnother) {
  VerdictCache cache(4 * 512);  // one set
  std::vector<std::jthread> threads;
  std::atomic<int> wrong{0}, right{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3000; ++i) {
        const std::string name = std::to_string((i * 7 + t) % 12);
        const auto found = cache.find(key(name), 0);
        if (found) (found->size() == 1 && found->front().name == name ? right : wrong)++;
        else cache.keep(key(name), std::vector{virus(name)}, 0, 100 + i % 5);
      }
    });
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(right, 0);
}

}  // namespace
}  // namespace postern::scan
