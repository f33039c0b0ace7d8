// SPDX-License-Identifier: MIT
// What honest writers make is opened without a single finding.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "opened.h"

namespace udf_plugin {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "udf_test.XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    root_ = pattern;
    fs::create_directories(root_ / "in" / "folder" / "deep");
    fs::create_directories(root_ / "in" / "empty");
    write("in/a.txt", "hello\n");
    write("in/nothing", "");
    for (int i = 0; i < 5000; ++i) text_ += "line " + std::to_string(i * 7919 % 10007) + "\n";
    write("in/text.txt", text_);
    write("in/folder/gr\xc3\xbc\xc3\x9f" "e.txt", "world");
    write("in/folder/deep/A long name, with blanks.doc", text_ + "!");
    write("in/same.txt", text_);
    fs::create_hard_link(root_ / "in/a.txt", root_ / "in/again.txt");
    fs::create_symlink("a.txt", root_ / "in" / "link");
  }
  ~Folder() { fs::remove_all(root_); }

  std::string made_by(const std::string& options) {
    fs::remove(root_ / "out");
    const std::string command = "cd " + root_.string() + " && genisoimage -quiet -input-charset utf-8 " + options + " -o out in >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) return {};
    std::ifstream in(root_ / "out", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  const std::string& text() const { return text_; }

 private:
  void write(const std::string& name, const std::string& bytes) { std::ofstream(root_ / name, std::ios::binary) << bytes; }
  fs::path root_;
  std::string text_;
};

TEST(OrdinaryUdf, WhatGenisoimageMakesHasNoFinding) {
  Folder folder;
  for (const char* options : {"-udf", "-udf -J", "-udf -J -R", "-udf -r -J -joliet-long", "-udf -no-pad -J", "-udf -allow-multidot -l"}) {
    const std::string image = folder.made_by(options);
    if (image.empty()) GTEST_SKIP() << "genisoimage is not installed";
    const Opened out = opened(image);
    EXPECT_EQ(out.rc, POSTERN_OK) << options << ": " << out.reason;
    EXPECT_EQ(out.findings, std::vector<std::string>()) << options;
    ASSERT_TRUE(out.find("text.txt")) << options;
    EXPECT_TRUE(out.find("text.txt")->bytes == folder.text()) << options;
    ASSERT_TRUE(out.find("folder/deep/A long name, with blanks.doc")) << options;
    EXPECT_TRUE(out.find("folder/deep/A long name, with blanks.doc")->bytes == folder.text() + "!") << options;
    ASSERT_TRUE(out.find("folder/gr\xc3\xbc\xc3\x9f" "e.txt")) << options;
    for (const OpenedChild& c : out.children) EXPECT_EQ(c.flags & ~uint32_t{POSTERN_PART_SPECIAL}, 0u) << c.name;
  }
}

TEST(OrdinaryUdf, WhatGenisoimageHidesFromOneTreeIsFoundAndMarked) {
  Folder folder;
  const std::string only_udf = folder.made_by("-udf -J -hide text.txt -hide-joliet text.txt");
  if (only_udf.empty()) GTEST_SKIP() << "genisoimage is not installed";
  const Opened out = opened(only_udf);
  ASSERT_TRUE(out.find("text.txt"));
  EXPECT_TRUE(out.find("text.txt")->bytes == folder.text());
  EXPECT_TRUE(out.has("udf-trees-differ"));
  const std::string only_iso = folder.made_by("-udf -J -hide-udf text.txt");
  if (only_iso.empty()) GTEST_SKIP() << "genisoimage cannot hide from UDF";
  const Opened other = opened(only_iso);
  EXPECT_FALSE(other.find("text.txt"));
  EXPECT_TRUE(other.has("udf-trees-differ"));
}

}  // namespace
}  // namespace udf_plugin
