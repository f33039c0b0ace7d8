// SPDX-License-Identifier: MIT
// What an honest writer makes is opened without a single finding.
#include <gtest/gtest.h>

#include "opened.h"
#include "support/genisoimage.h"

namespace udf_plugin {
namespace {

using postern::testing::File;
using postern::testing::genisoimage_of;

std::string text(int lines) {
  std::string all;
  for (int i = 0; i < lines; ++i) all += "line " + std::to_string(i * 7919 % 10007) + "\n";
  return all;
}

const std::vector<File> files = {{"a.txt", "hello\n"},
                                 {"again.txt", "hello\n"},
                                 {"nothing", ""},
                                 {"text.txt", text(5000)},
                                 {"folder/gr\xc3\xbc\xc3\x9f"
                                  "e.txt",
                                  "world"},
                                 {"folder/deep/A long name, with blanks.doc", text(3000)},
                                 {"1/2/3/4/5.txt", "deep"}};

TEST(OrdinaryUdf, WhatGenisoimageMakesHasNoFinding) {
  const std::vector<std::string> writers[] = {{"-udf"},
                                              {"-udf", "-J"},
                                              {"-udf", "-J", "-R"},
                                              {"-udf", "-r", "-J", "-joliet-long"},
                                              {"-udf", "-J", "-no-pad"},
                                              {"-udf", "-l", "-allow-multidot"},
                                              {"-udf", "-J", "-b", "a.txt", "-no-emul-boot", "-c", "boot.cat"}};
  for (const auto& options : writers) {
    const std::string image = genisoimage_of(files, options);
    if (image.empty()) GTEST_SKIP() << "genisoimage is not installed";
    const Opened out = opened(image);
    EXPECT_EQ(out.rc, POSTERN_OK) << options.back() << ": " << out.reason;
    EXPECT_EQ(out.findings, std::vector<std::string>()) << options.back();
    for (const File& file : files) {
      const OpenedChild* child = out.find(file.name);
      ASSERT_TRUE(child) << file.name;
      EXPECT_TRUE(child->bytes == file.content) << file.name;
      EXPECT_EQ(child->flags, 0u) << file.name;
    }
  }
}

// Of ISO 9660 the writer makes one tree with other folders.
TEST(OrdinaryUdf, DeepFoldersHaveNoFinding) {
  const std::string image = genisoimage_of({{"1/2/3/4/5/6/7/8/9/10.txt", "deep"}}, {"-udf", "-J", "-R"});
  if (image.empty()) GTEST_SKIP() << "genisoimage is not installed";
  EXPECT_EQ(opened(image).findings, std::vector<std::string>());
}

TEST(OrdinaryUdf, WhatGenisoimageHidesFromOneTreeIsFoundAndMarked) {
  const std::string only_udf = genisoimage_of(files, {"-udf", "-hide", "text.txt"});
  if (only_udf.empty()) GTEST_SKIP() << "genisoimage is not installed";
  const Opened out = opened(only_udf);
  ASSERT_TRUE(out.find("text.txt"));
  EXPECT_TRUE(out.find("text.txt")->bytes == text(5000));
  EXPECT_EQ(out.findings, std::vector<std::string>{"udf-trees-differ"});
  const Opened other = opened(genisoimage_of(files, {"-udf", "-J", "-hide-joliet", "text.txt"}));  // from UDF, too
  EXPECT_FALSE(other.find("text.txt"));
  EXPECT_EQ(other.findings, std::vector<std::string>{"udf-trees-differ"});
}

}  // namespace
}  // namespace udf_plugin
