// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "extract.h"
#include "file_names.h"
#include "notebook.h"
#include "package.h"
#include "support/documents.h"

namespace onenote_plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace postern::testing;

struct Decoder {
  explicit Decoder(const postern::Config&) {}
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

struct Extracted {
  explicit Extracted(const std::string& section) {
    host.part(section).type("application/onenote");
    result = host.run<Decoder>();
  }
  std::vector<std::string> contents() {
    std::vector<std::string> all;
    for (const postern_part part : result.children) all.emplace_back(host.node(part).bytes());
    return all;
  }
  std::vector<std::string> names(size_t child) { return host.node(result.children.at(child)).names(); }
  Host host;
  Result result;
};

const std::string picture = "\x89PNG\r\n\x1a\n";

TEST(OneNote, EveryFileOfASectionBecomesAPartWithItsName) {
  for (const auto& build : {notebook, notebook_package}) {
    Extracted e(build({{"a.exe", "hello", 0}, {"", picture, 0}, {"b.bat", "second", 0}}));
    ASSERT_EQ(e.result.rc, POSTERN_OK) << e.result.reason;
    EXPECT_THAT(e.contents(), ElementsAre("hello", picture, "second"));
    EXPECT_THAT(e.names(0), ElementsAre("a.exe"));
    EXPECT_THAT(e.names(1), IsEmpty());
    EXPECT_THAT(e.names(2), ElementsAre("b.bat"));
    EXPECT_THAT(e.result.findings, IsEmpty());
  }
}

TEST(OneNote, NamesThatCannotBeToldApartAreEachFiles) {
  Extracted e(notebook({{"a.exe", "one", 0}, {"b.exe", picture, 0}}));
  EXPECT_THAT(e.names(0), ElementsAre("a.exe", "b.exe"));
}

TEST(OneNote, AFalseLengthEndsAtTheFooter) {
  Extracted e(notebook({{"a.exe", "12345678", 1ull << 60}, {"b.exe", "next", 0}}));
  EXPECT_THAT(e.contents(), ElementsAre("12345678", "next"));
  EXPECT_TRUE(e.host.node(e.result.children[0]).flags() & POSTERN_PART_TRUNCATED);
  ASSERT_EQ(e.result.findings.size(), 1u);
  EXPECT_EQ(e.result.findings[0].name, "onenote-damaged");
}

TEST(OneNote, ACutSectionGivesWhatIsThere) {
  const std::string whole = notebook({{"", "a long text that is cut", 0}});
  Extracted e(whole.substr(0, whole.find("that")));
  EXPECT_THAT(e.contents(), ElementsAre("a long text "));
  const std::string package = notebook_package({{"", "a long text that is cut", 0}});
  Extracted p(package.substr(0, package.find("that")));
  EXPECT_THAT(p.contents(), ElementsAre("a long text "));
  EXPECT_TRUE(p.host.node(p.result.children[0]).flags() & POSTERN_PART_TRUNCATED);
}

TEST(OneNote, OtherFilesAreNotItsBusiness) {
  Extracted e("hello");
  EXPECT_EQ(e.result.rc, POSTERN_E_UNSUPPORTED);
  EXPECT_FALSE(is_notebook(""));
  EXPECT_FALSE(is_package(notebook({})));
}

TEST(OneNote, EveryPrefixIsRead) {
  for (const std::string& section : {notebook({{"a.exe", "hello", 0}}), notebook_package({{"a.exe", "hello", 0}})})
    for (size_t n = 0; n <= section.size(); ++n) {
      const std::vector<char> prefix(section.begin(), section.begin() + static_cast<std::ptrdiff_t>(n));
      const std::string_view bytes(prefix.data(), n);
      for (const EmbeddedFile& f : embedded_files(bytes)) EXPECT_LE(f.offset + f.length, n);
      (void)file_names(bytes);
    }
}

TEST(FileNames, AreReadFromAnyPlaceInTheirSet) {
  const auto u = [](uint32_t v) {
    return std::string{static_cast<char>(v), static_cast<char>(v >> 8), static_cast<char>(v >> 16),
                       static_cast<char>(v >> 24)};
  };
  const std::string text = utf16("x.exe") + std::string(2, '\0');
  const std::string first = std::string("\x01\0", 2) + u(0x1c001d9c) + u(static_cast<uint32_t>(text.size())) + text;
  EXPECT_THAT(file_names("......" + first), ElementsAre("x.exe"));
  // Behind a text of four bytes, a flag, and two numbers.
  const std::string later = std::string("\x05\0", 2) + u(0x1c000001) + u(0x08000002) + u(0x0c000003) + u(0x18000004) +
                            u(0x1c001d9c) + u(4) + "text" + "b" + "eightbyt" + u(static_cast<uint32_t>(text.size())) +
                            text;
  EXPECT_THAT(file_names(later), ElementsAre("x.exe"));
  EXPECT_THAT(file_names(u(0x1c001d9c) + u(0x1c001d9c)), IsEmpty());
}

}  // namespace
}  // namespace onenote_plugin
