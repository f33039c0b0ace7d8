// SPDX-License-Identifier: MIT
#include "revisions.h"

#include <gtest/gtest.h>

#include <string>

namespace pdf_plugin {
namespace {

TEST(Revisions, AFileSavedOnceHasOne) {
  const Revisions all = revisions_of("%PDF-1.4 one %%EOF\n", 16);
  ASSERT_EQ(all.newest_first.size(), 1u);
  EXPECT_TRUE(all.complete);
}

TEST(Revisions, EachEndButTheLastClosesAnOlderOne) {
  const std::string file = "%PDF-1.4 one %%EOF two %%EOF three %%EOF\r\n";
  const Revisions all = revisions_of(file, 16);
  ASSERT_EQ(all.newest_first.size(), 3u);
  EXPECT_EQ(all.newest_first[0], file);
  EXPECT_EQ(all.newest_first[1], "%PDF-1.4 one %%EOF two %%EOF");
  EXPECT_EQ(all.newest_first[2], "%PDF-1.4 one %%EOF");
}

TEST(Revisions, WhatFollowsTheLastEndMakesItAnOlderOne) {
  const Revisions all = revisions_of("%PDF-1.4 one %%EOF and junk", 16);
  ASSERT_EQ(all.newest_first.size(), 2u);
  EXPECT_EQ(all.newest_first[1], "%PDF-1.4 one %%EOF");
}

TEST(Revisions, MoreThanWereAskedForAreSaid) {
  const Revisions all = revisions_of("1%%EOF2%%EOF3%%EOF4%%EOF", 2);
  EXPECT_EQ(all.newest_first.size(), 3u);
  EXPECT_FALSE(all.complete);
  EXPECT_TRUE(revisions_of("1%%EOF2%%EOF3%%EOF", 2).complete);
}

TEST(Revisions, NothingIsOneToo) {
  EXPECT_EQ(revisions_of("", 16).newest_first.size(), 1u);
  EXPECT_EQ(revisions_of("%%EOF", 16).newest_first.size(), 1u);
  EXPECT_EQ(revisions_of("%%EOF%%EOF", 16).newest_first.size(), 1u);
}

TEST(Header, IsLookedForInTheFirstKilobyte) {
  EXPECT_EQ(header_of("%PDF-1.4"), 0u);
  EXPECT_EQ(header_of(std::string(1019, ' ') + "%PDF-1.4"), 1019u);
  EXPECT_EQ(header_of(std::string(1020, ' ') + "%PDF-1.4"), std::string_view::npos);
}

}  // namespace
}  // namespace pdf_plugin
