// SPDX-License-Identifier: MIT
#include "extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "opened.h"
#include "support/archives.h"
#include "support/dos_archives.h"

namespace dosarchive_plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using namespace postern::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Make = std::string (*)(const DosEntry&);

// ---- what is built here: every method, with the virus in it

struct Built {
  std::string name, archive;
};
std::vector<Built> with_eicar() {
  const std::string virus = eicar(), text(300, 'x');
  const auto arj = [&](int method, const std::string& packed) { return arj_of({{"a.txt", text}, {"virus.com", virus, method, packed}}); };
  const auto zoo = [&](int method, const std::string& packed) { return zoo_of({{"a.txt", text}, {"virus.com", virus, method, packed}}); };
  const auto arc = [&](int method, const std::string& packed) { return arc_of({{"a.txt", text, 2}, {"virus.com", virus, method, packed}}); };
  const std::string lzw = stream_of("compress", virus).substr(3);  // too short for wider codes
  return {{"arj 0", arj(0, virus)},
          {"arj 1", arj(1, lzh_literals(virus, true))},
          {"arj 2", arj(2, lzh_literals(virus, true))},
          {"arj 3", arj(3, lzh_literals(virus, true))},
          {"arj 4", arj(4, arj_fastest_literals(virus))},
          {"zoo 0", zoo(0, virus)},
          {"zoo 1", zoo(1, zoo_lzw(virus))},
          {"zoo 2", zoo(2, lzh_literals(virus, false))},
          {"arc 1", arc(1, virus)},
          {"arc 2", arc(2, virus)},
          {"arc 3", arc(3, rle90(virus))},
          {"arc 4", arc(4, squeezed(rle90(virus)))},
          {"arc 8", arc(8, "\x0c" + lzw)},
          {"arc 9", arc(9, lzw)}};
}

TEST(DosArchive, FindsAVirusByteForByteInEveryMethod) {
  for (const auto& [name, archive] : with_eicar()) {
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_OK) << name << ": " << out.reason;
    EXPECT_THAT(out.findings, IsEmpty()) << name;
    ASSERT_EQ(out.children.size(), 2u) << name;
    EXPECT_EQ(out.children[1].name, "virus.com") << name;
    EXPECT_EQ(out.children[1].encoding, name);
    EXPECT_EQ(out.children[1].bytes, eicar()) << name;
    EXPECT_EQ(out.children[1].flags, 0u) << name;
  }
}

TEST(DosArchive, IsNeverTakenForWholeWhereItIsCut) {
  for (const auto& [name, archive] : with_eicar())
    for (size_t size = 0; size < archive.size(); ++size) {
      const Opened out = opened(archive.substr(0, size));
      ASSERT_TRUE(out.rc == POSTERN_E_BROKEN || out.rc == POSTERN_E_UNSUPPORTED) << name << " at " << size << ": " << out.rc;
      const OpenedChild* virus = out.find("virus.com");
      if (virus && virus->bytes != eicar()) {
        ASSERT_NE(virus->flags & (POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED), 0u) << name << " at " << size;
      }
    }
}

TEST(DosArchive, SurvivesDamageAnywhere) {
  std::mt19937 random(5);
  for (const auto& [name, archive] : with_eicar())
    for (int round = 0; round < 1500; ++round) {
      std::string damaged = archive;
      for (int n = 0; n < 4; ++n) damaged[random() % damaged.size()] = static_cast<char>(random());
      Host host;
      host.quota(100, 1 << 20);
      opened(host, damaged);
    }
}

TEST(DosArchive, KeepsWhatHasAWrongChecksum) {
  const DosEntry wrong = {"virus.com", eicar(), 2, eicar(), 0, 0, {}, 1};
  DosEntry stored = wrong;
  stored.method = 0;
  for (const std::string& archive : {arj_of({stored}), zoo_of({stored}), arc_of({wrong})}) {
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
    EXPECT_THAT(out.findings, ElementsAre("archive-damaged"));
    ASSERT_EQ(out.children.size(), 1u);
    EXPECT_EQ(out.children[0].bytes, eicar());
    EXPECT_EQ(out.children[0].flags, uint32_t{POSTERN_PART_BROKEN});
  }
}

TEST(DosArchive, KeepsWhatStandsBehindAHeaderWithAWrongChecksum) {
  const DosEntry wrong = {"virus.com", eicar(), 0, {}, 0, 0, {}, 0, true};
  for (const std::string& archive : {arj_of({wrong}), zoo_of({wrong})}) {
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
    EXPECT_THAT(out.findings, ElementsAre("archive-damaged"));
    ASSERT_EQ(out.children.size(), 1u);
    EXPECT_EQ(out.children[0].bytes, eicar());
  }
}

TEST(DosArchive, SaysWhatItDoesNotExamine) {
  for (const std::string& archive : {arj_of({{"a", "x", 7}}), zoo_of({{"a", "x", 3}}), arc_of({{"a", "x", 5}}), arc_of({{"A.B", "x", 10}}), arc_of({{"A.B", "x", 11}})}) {
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_OK);
    EXPECT_THAT(out.findings, ElementsAre("archive-unsupported-method"));
    ASSERT_EQ(out.children.size(), 1u);
    EXPECT_EQ(out.children[0].flags, uint32_t{POSTERN_PART_TRUNCATED});
  }
  const Opened encrypted = opened(arj_of({{"secret", "x", 1, "????", 1}, {"virus.com", eicar()}}));
  EXPECT_THAT(encrypted.findings, ElementsAre("archive-encrypted"));
  ASSERT_EQ(encrypted.children.size(), 2u);
  EXPECT_EQ(encrypted.children[0].flags, uint32_t{POSTERN_PART_ENCRYPTED});
  EXPECT_EQ(encrypted.children[1].bytes, eicar());
  const Opened volume = opened(arj_of({{"part", eicar(), 0, {}, 4}}, 4));
  EXPECT_THAT(volume.findings, ElementsAre("archive-volume"));
  ASSERT_EQ(volume.children.size(), 1u);
  EXPECT_EQ(volume.children[0].bytes, eicar());
  EXPECT_EQ(volume.children[0].flags, uint32_t{POSTERN_PART_TRUNCATED});
}

TEST(DosArchive, ExtractsDeletedEntries) {
  const Opened out = opened(zoo_of({{"virus.com", eicar(), 0, {}, 1}}));
  ASSERT_EQ(out.children.size(), 1u);
  EXPECT_EQ(out.children[0].bytes, eicar());
  EXPECT_EQ(out.children[0].role, "deleted");
}

TEST(DosArchive, MakesPartsWithoutBytesOfDirectories) {
  const Opened out = opened(arj_of({{"folder", "", 0, {}, 0, 3}, {"folder/a", "x"}}));
  ASSERT_EQ(out.children.size(), 2u);
  EXPECT_EQ(out.children[0].flags, uint32_t{POSTERN_PART_SPECIAL});
  EXPECT_EQ(out.children[1].name, "folder/a");
}

TEST(DosArchive, KeepsEveryNameAsItStands) {
  const Opened out = opened(zoo_of({{"../../etc/passwd and more", "x", 0, {}, 0, 0, "/abs"}}));
  ASSERT_EQ(out.children.size(), 1u);
  EXPECT_THAT(out.children[0].names, ElementsAre("/abs/../../etc/passwd and more", "../../etc/pa"));
}

TEST(DosArchive, MakesAPartOfWhatStandsBehindTheEnd) {
  for (const std::string& archive : {arj_of({{"a", "x"}}), zoo_of({{"a", "x"}}), arc_of({{"a", "x", 2}})}) {
    const Opened out = opened(archive + eicar());
    EXPECT_THAT(out.findings, ElementsAre("archive-trailing-bytes"));
    ASSERT_EQ(out.children.size(), 2u);
    EXPECT_EQ(out.children[1].role, "trailer");
    EXPECT_EQ(out.children[1].bytes, eicar());
    EXPECT_THAT(opened(archive + std::string(127, '\x1a') + "\r\n").findings, IsEmpty());
  }
}

TEST(DosArchive, IsFoundBehindAProgramAndAPicture) {
  const std::string archive = arj_of({{"virus.com", eicar()}});
  const Opened program = opened("MZ" + std::string(5000, '\x90') + archive, "application/x-dosexec");
  EXPECT_THAT(program.findings, IsEmpty());
  ASSERT_EQ(program.children.size(), 1u);
  EXPECT_EQ(program.children[0].bytes, eicar());
  const Opened picture = opened("GIF89a\1\0\1\0\0\0\0;"s + archive + "tail", "image/gif");
  EXPECT_THAT(picture.findings, ElementsAre("archive-polyglot", "archive-trailing-bytes"));
  ASSERT_EQ(picture.children.size(), 2u);
  EXPECT_EQ(picture.children[0].bytes, eicar());
}

TEST(DosArchive, StopsAtTheQuotaOfAFalseSize) {
  // 65535 symbols without a bit each, every one a match of 256 bytes.
  const std::string bomb = "\xff\xff\0\x14\0\x03\xfe\0\0"s + std::string(64, '\0');
  std::string archive = arj_of({{"bomb", "x", 1, bomb}});
  archive.replace(archive.find("bomb") - 30 + 16, 4, "\xff\xff\xff\x7f");
  Host host;
  host.quota(100, 1 << 20);
  const Opened out = opened(host, archive);
  EXPECT_TRUE(out.rc == POSTERN_E_QUOTA || out.rc == POSTERN_E_BROKEN) << out.rc << out.reason;
}

TEST(DosArchive, SaysSoWhereThereIsNoTime) {
  for (const auto& [name, archive] : with_eicar()) {
    Host host;
    host.timeout(std::chrono::milliseconds(0));
    EXPECT_EQ(opened(host, archive).rc, POSTERN_E_TIMEOUT) << name;
  }
}

TEST(DosArchive, TakesNoRefusalOfTheHostForSuccess) {
  for (const auto& [name, archive] : with_eicar()) {
    bool was_injected = true;
    for (uint64_t call = 1; was_injected; ++call) {
      Host host;
      host.fail_call(call, POSTERN_E_QUOTA);
      const Opened out = opened(host, archive + "behind");
      was_injected = host.injected();
      if (was_injected) {
        ASSERT_LT(out.rc, 0) << name << ", call " << call;
      }
    }
  }
}

// ---- what Debian's programs make

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "dosarchive_test.XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    root_ = pattern;
    fs::create_directories(root_ / "in" / "sub");
  }
  ~Folder() { fs::remove_all(root_); }
  void add(const std::string& name, const std::string& bytes) {
    std::ofstream(root_ / "in" / name, std::ios::binary) << bytes;
    files_[name] = bytes;
  }
  const std::map<std::string, std::string>& files() const { return files_; }
  bool run(const std::string& command) const {
    return std::system(("cd " + (root_ / "in").string() + " && (" + command + ") >/dev/null 2>&1").c_str()) == 0;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static bool has(const std::string& program) { return std::system(("command -v " + program + " >/dev/null").c_str()) == 0; }

 private:
  fs::path root_;
  std::map<std::string, std::string> files_;
};

class RealArchivers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Folder::has("arj") || !Folder::has("arc")) {
      if (std::getenv("POSTERN_REQUIRE_DOS_ARCHIVERS")) FAIL() << "arj or arc is not installed";
      GTEST_SKIP() << "arj or arc is not installed";
    }
    std::mt19937 random(1);
    std::string text, noise(5000, '\0'), letters, runs;
    for (int i = 0; i < 60000; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\n";
    for (char& c : noise) c = static_cast<char>(random());
    for (int i = 0; i < 1500; ++i) letters += static_cast<char>('a' + random() % 20);  // squeezed best: few letters, no words
    for (int i = 0; i < 300; ++i) runs += static_cast<char>(random()) + std::string(12, static_cast<char>(random()));
    folder_.add("text.txt", text);
    folder_.add("noise.bin", noise);
    folder_.add("letters.dat", letters);
    folder_.add("runs.dat", runs);
    folder_.add("empty", "");
    folder_.add("virus.com", eicar());
  }

  void expect_all(const std::string& what, const std::string& archive) {
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_OK) << what << ": " << out.reason;
    EXPECT_THAT(out.findings, IsEmpty()) << what;
    for (const auto& [name, bytes] : folder_.files()) {
      const OpenedChild* child = out.find(name);
      ASSERT_TRUE(child) << what << ": " << name;
      EXPECT_TRUE(child->bytes == bytes) << what << ": " << name;
      EXPECT_EQ(child->flags, 0u) << what << ": " << name;
    }
    EXPECT_EQ(out.children.size(), folder_.files().size()) << what;
    for (const OpenedChild& child : out.children) methods_.insert(child.encoding);
  }

  Folder folder_;
  std::set<std::string> methods_;
};

TEST_F(RealArchivers, WhatArjPacksIsThereByteForByte) {
  folder_.add("sub/inside.txt", "in a folder\n");
  for (const char* method : {"0", "1", "2", "3", "4"}) {
    ASSERT_TRUE(folder_.run("arj a -i -r -m"s + method + " ../m" + method + ".arj .")) << method;
    expect_all(method, folder_.read("m"s + method + ".arj"));
  }
  EXPECT_THAT(methods_, ElementsAre("arj 0", "arj 1", "arj 2", "arj 3", "arj 4"));
}

TEST_F(RealArchivers, WhatArjGarblesIsEncrypted) {
  ASSERT_TRUE(folder_.run("arj a -i -gsecret ../g.arj text.txt virus.com"));
  const Opened out = opened(folder_.read("g.arj"));
  EXPECT_EQ(out.rc, POSTERN_OK);
  EXPECT_THAT(out.findings, ElementsAre("archive-encrypted"));
  ASSERT_EQ(out.children.size(), 2u);
  for (const OpenedChild& child : out.children) EXPECT_EQ(child.flags, uint32_t{POSTERN_PART_ENCRYPTED});
}

TEST_F(RealArchivers, ArjsVolumesAreOpenedAsFarAsTheyGo) {
  ASSERT_TRUE(folder_.run("arj a -i -m1 -v60k -y ../v.arj text.txt virus.com"));
  std::string joined;
  int volumes = 0;
  for (const std::string name : {"v.arj", "v.a01", "v.a02", "v.a03", "v.a04"}) {
    const std::string archive = folder_.read(name);
    if (archive.empty()) continue;
    ++volumes;
    const Opened out = opened(archive);
    EXPECT_EQ(out.rc, POSTERN_OK) << name << out.reason;
    EXPECT_THAT(out.findings, ElementsAre("archive-volume")) << name;
    const OpenedChild* text = out.find("text.txt");
    ASSERT_TRUE(text) << name;
    EXPECT_EQ(text->flags, uint32_t{POSTERN_PART_TRUNCATED}) << name;
    joined += text->bytes;
    if (const OpenedChild* virus = out.find("virus.com")) {
      EXPECT_EQ(virus->bytes, eicar());
    }
  }
  EXPECT_GE(volumes, 2);
  EXPECT_TRUE(joined == folder_.files().at("text.txt"));
}

TEST_F(RealArchivers, ArjsProgramsAndRecoveryDataAreOrdinary) {
  ASSERT_TRUE(folder_.run("arj a -i -je ../sfx text.txt virus.com && mv ../sfx* ../program"));
  const Opened program = opened(folder_.read("program"), "application/x-pie-executable");
  EXPECT_EQ(program.rc, POSTERN_OK) << program.reason;
  EXPECT_THAT(program.findings, IsEmpty());
  ASSERT_TRUE(program.find("virus.com"));
  EXPECT_EQ(program.find("virus.com")->bytes, eicar());
  ASSERT_TRUE(folder_.run("arj a -i -hk ../p.arj text.txt virus.com"));
  const Opened recoverable = opened(folder_.read("p.arj"));
  EXPECT_EQ(recoverable.rc, POSTERN_OK) << recoverable.reason;
  EXPECT_THAT(recoverable.findings, IsEmpty());
}

TEST_F(RealArchivers, WhatArcPacksIsThereByteForByte) {
  for (const char* how : {"", "s", "q"}) {
    ASSERT_TRUE(folder_.run("arc a"s + how + " ../a" + how + ".arc *.*")) << how;
    ASSERT_TRUE(folder_.run("arc a"s + how + " ../a" + how + ".arc empty")) << how;
    expect_all("arc a"s + how, folder_.read("a"s + how + ".arc"));
  }
  std::string seen;
  for (const std::string& method : methods_) seen += method + "; ";
  EXPECT_TRUE(methods_.contains("arc 2") && methods_.contains("arc 8") && methods_.contains("arc 9")) << seen;
  EXPECT_TRUE(methods_.contains("arc 3") && methods_.contains("arc 4")) << seen;
}

// The other way round: arc(1) reads what the writers of the tests make.
TEST_F(RealArchivers, ArcReadsTheArchivesOfTheseTests) {
  for (const auto& [name, archive] : with_eicar()) {
    if (!name.starts_with("arc")) continue;
    folder_.add("built.arc", archive);
    EXPECT_TRUE(folder_.run("arc t built.arc")) << name;
    EXPECT_TRUE(folder_.run("arc p built.arc virus.com | cmp - virus.com || arc p built.arc virus.com | grep -q EICAR")) << name;
  }
}

TEST_F(RealArchivers, ArjReadsTheArchivesOfTheseTests) {
  for (const auto& [name, archive] : with_eicar()) {
    if (!name.starts_with("arj")) continue;
    folder_.add("built.arj", archive);
    EXPECT_TRUE(folder_.run("arj t built.arj")) << name;
  }
}

}  // namespace
}  // namespace dosarchive_plugin
