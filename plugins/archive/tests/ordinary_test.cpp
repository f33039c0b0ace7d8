// SPDX-License-Identifier: MIT
// What honest writers make is opened without a single finding.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "extract.h"
#include "recording_host.h"
#include "support/archives.h"
#include "support/iso_images.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace archive_plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

// A folder with files worth packing, gone with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "ordinary_test.XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    root_ = pattern;
    fs::create_directories(root_ / "in" / "folder");
    fs::create_directories(root_ / "in" / "empty");
    write("in/a.txt", "hello\n");
    write("in/nothing", "");
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\n";
    write("in/text.txt", text);
    write(
        "in/folder/gr\xc3\xbc\xc3\x9f"
        "e.txt",
        text);
    fs::create_symlink("a.txt", root_ / "in" / "link");
  }
  ~Folder() { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(root_ / name, std::ios::binary) << bytes;
  }
  // What the command writes to "out" in the folder; empty where it cannot run.
  std::string made_by(const std::string& command) {
    fs::remove(root_ / "out");
    if (std::system(("cd " + (root_ / "in").string() + " && (" + command + ") >/dev/null 2>&1").c_str()) != 0)
      return {};
    std::ifstream in(root_ / "out", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  fs::path root_;
};

void expect_ordinary(const std::string& what, const std::string& bytes) {
  RecordingHost host;
  host.text = bytes;
  host.detected = "application/octet-stream";
  postern::Job job = host.job();
  ASSERT_GT(probe(host.part()), 0) << what;
  EXPECT_NO_THROW(extract(job, host.part())) << what;
  EXPECT_FALSE(host.children.empty()) << what;
  for (const RecordedFinding& f : host.findings) ADD_FAILURE() << what << ": " << f.name << ": " << f.text;
  for (const RecordedChild& c : host.children) {
    EXPECT_EQ(c.flags & ~uint32_t{POSTERN_PART_SPECIAL}, 0u) << what << ": " << c.name;
    EXPECT_NE(c.role, "trailer") << what;
    EXPECT_TRUE(c.expected == 0 || c.expected == c.bytes.size()) << what << ": " << c.name;
  }
}

TEST(Ordinary, WhatCommonProgramsMakeHasNoFinding) {
  Folder folder;
  const std::string commands[] = {
      "zip -r ../out.zip . && mv ../out.zip ../out",
      "zip -ry ../out.zip . && mv ../out.zip ../out",
      "zip -0r ../out.zip . && mv ../out.zip ../out",
      "zip -r - . | cat > ../out",
      "cat text.txt | zip - - | cat > ../out",
      "zip -fz -r ../out.zip . && mv ../out.zip ../out",
      "jar cf ../out .",
      "zip -q i.zip a.txt && zip -0 ../out.zip i.zip && rm i.zip && mv ../out.zip ../out",
      "zip -Z bzip2 -r ../out.zip . && mv ../out.zip ../out",
      "7z a -tzip ../out.zip . && mv ../out.zip ../out",
      "7z a -tzip -mm=Deflate64 ../out.zip . && mv ../out.zip ../out",
      "7z a -tzip -mm=LZMA ../out.zip . && mv ../out.zip ../out",
      "7z a -tzip -mm=PPMd ../out.zip . && mv ../out.zip ../out",
      "7z a ../out.7z . && mv ../out.7z ../out",
      "7z a -snl ../out.7z . && mv ../out.7z ../out",
      "7z a -m0=PPMd ../out.7z . && mv ../out.7z ../out",
      "7z a -ms=off -m0=BZip2 ../out.7z . && mv ../out.7z ../out",
      "tar cf ../out .",
      "tar czf ../out .",
      "tar -b 200 -cf ../out a.txt",
      "tar --format=v7 -cf ../out a.txt folder",
      "tar --format=pax -cf ../out .",
      "gzip -c text.txt > ../out",
      "bzip2 -c text.txt > ../out",
      "xz -c text.txt > ../out",
      "xz -T2 --block-size=9000 -c text.txt > ../out",
      "xz --format=lzma -c text.txt > ../out",
      "zstd -c text.txt > ../out",
      "lz4 -c text.txt > ../out",
      "lzop -c text.txt > ../out",
      "find . | cpio -o -H newc > ../out",
      "find . | cpio -o > ../out",
      "ar cr ../out a.txt text.txt",
      "genisoimage -J -R -o ../out .",
      "genisoimage -o ../out .",
      R"py(python3 -c "import zipfile; z=zipfile.ZipFile('../out','w',8); z.write('text.txt'); z.writestr('d/',''); z.writestr('gr\u00fc', 'x'*99); z.close()")py",
      R"py(python3 -c "import zipfile,sys; z=zipfile.ZipFile(sys.stdout.buffer,'w',8); z.write('text.txt'); z.writestr('b','x'*99); z.close()" | cat > ../out)py",
      R"py(python3 -c "import zipfile; z=zipfile.ZipFile('../out','w'); z.writestr('a','1'); z.close(); z=zipfile.ZipFile('../out','a'); z.writestr('b','2'); z.close()")py"};
  int made = 0;
  for (const std::string& command : commands) {
    const std::string bytes = folder.made_by(command);
    if (bytes.empty()) continue;  // the program is not installed
    ++made;
    expect_ordinary(command, bytes);
  }
  if (made == 0) GTEST_SKIP() << "no program is installed";
}

TEST(Ordinary, AnApkWithItsSignatureBlockHasNoFinding) {
  using namespace postern::testing;
  const ZipEntry e = stored_entry("classes.dex", std::string(500, 'd'));
  const std::string block(4000, '\0');
  const std::string size = little(block.size() + 24, 8), signature = size + block + size + "APK Sig Block 42";
  const std::string file = local_header(e) + e.packed + signature, directory = central_header(e, 0);
  expect_ordinary("apk", file + directory + end_record(1, directory.size(), file.size()));
}

TEST(Ordinary, PaddingBehindTheEndHasNoFinding) {
  using namespace postern::testing;
  expect_ordinary("gzip", stream_of("gzip", "hello") + std::string(5000, '\0'));
  expect_ordinary("xz", stream_of("xz", "hello") + std::string(512, '\0'));
  expect_ordinary("zip", zip_of({stored_entry("a", "hello")}) + "\r\n");
  expect_ordinary("tar", tar_of({{"a", "hello"}}) + std::string(9216, '\0'));
}

TEST(Ordinary, WhatIsNoFileAndHasNoBytesHasNoFinding) {
  using namespace postern::testing;
  const RarEntry file{"a", "hello"}, directory{.name = "d", .content = "", .mode = 0040755, .is_directory = true};
  const std::pair<const char*, std::string> archives[] = {
      {"rar4", rar4_of({directory, file, {.name = "l", .content = "a", .mode = 0120777}})},
      {"rar5", rar5_of({directory, file, {.name = "l", .content = "", .link = "a"}})},
      {"xar", xar_of({{"d", "", "directory"}, {"l", "", "symlink", "<link>a</link>"}, {"a", "hello"}})},
      {"lha", lha_of({{"d/", "", "-lhd-"}, {"a", "hello"}})},
      {"cpio",
       cpio_of({{"d", "", '0', "", 0040755, {}}, {"l", "a", '0', "", 0120777, {}}, {"f", "", '0', "", 0010644, {}}})},
      {"tar", tar_of({{"d", "", '5'}, {"l", "", '2', "a"}, {"h", "", '1', "a"}, {"f", "", '6'}, {"a", "hello"}})},
      {"tar, sizes claimed", tar_of({{"d", "", '5', "", 0755, 4096}, {"d/a", "hello"}, {"d/b", "world"}})},
      {"iso", iso_image({{"A;1", "hello"}, {"L;1", "", 0, rock_ridge_mode(0120777) + rock_ridge_link("A")}},
                        {{"a", "hello", 0, "", iso_first_block}})}};
  for (const auto& [format, bytes] : archives) expect_ordinary(format, bytes);
}

TEST(Ordinary, OrdinaryFilesAreNoArchives) {
  const std::pair<std::string, std::string> files[] = {
      {"text/plain", "070707 is my number, and PK is my name"},
      {"text/plain", "Rar! they cried"},
      {"text/plain", "EGGA SIT! WARC/ StuffIt "},
      {"application/x-dosexec",
       "MZ" + std::string(9000, '\x90') + "Rar!\x1a\x07 PK\3\4 PK\5\6 7z\xbc\xaf\x27\x1c" + std::string(9000, '\x90')},
      {"application/x-dosexec", "MZ" + std::string(9000, '\x90') + "MSCF" + std::string(200, '\0') +
                                    "-lh0-\0-lh5-\0-lhd-\0"s + std::string(9000, '\x20')},
      {"image/png", "\x89PNG\r\n\x1a\n"s + std::string(5000, '\x42')},
      {"application/pdf", "%PDF-1.7\n" + std::string(5000, ' ') + "%%EOF"},
      {"application/octet-stream", std::string(5000, '\x5d')},
      {"application/octet-stream", std::string(5000, '\0')}};
  for (const auto& [type, bytes] : files) {
    RecordingHost host;
    host.text = bytes;
    host.detected = type;
    EXPECT_EQ(probe(host.part()), 0) << type << " " << bytes.substr(0, 20);
  }
}

}  // namespace
}  // namespace archive_plugin
