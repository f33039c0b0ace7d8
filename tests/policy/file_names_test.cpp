// SPDX-License-Identifier: MIT
#include "policy/file_names.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/utf8.h"

namespace postern::policy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Strings = std::vector<std::string>;

std::string bytes(const char* text, size_t size) {
  return {text, size};
}

TEST(FileNames, AnOrdinaryNameHasOneReading) {
  for (const char* name :
       {"report.pdf", "Invoice 2026-07 (final).PDF", "a", "archive.tar.gz", "x-y_z+1.txt", ".profile",
        "O'Brien & Sons, Ltd.docx", "\xC3\x84rzte f\xC3\xBCr \xE6\x97\xA5\xE6\x9C\xAC.odt"})
    EXPECT_THAT(readings(name), ElementsAre(name));
}

TEST(FileNames, AColonInASentenceAndAPercentSignAreNoTrick) {
  EXPECT_THAT(readings("Re: www.example.com: your order.eml"), ElementsAre("Re: www.example.com: your order.eml"));
  EXPECT_THAT(readings("100% wool.pdf"), ElementsAre("100% wool.pdf"));
}

struct Case {
  const char* what;
  std::string name;
  Strings expected;
};

TEST(FileNames, EveryReadingIsFoundAndTheirOrderIsKept) {
  const std::string blanks(200, ' ');
  const Case cases[] = {
      // Tails that some system or reader cuts.
      {"trailing dot", "a.exe.", {"a.exe"}},
      {"trailing blank", "a.exe ", {"a.exe"}},
      {"many of both", " a.exe. . ..", {"a.exe"}},
      {"trailing no-break space", "a.exe\xC2\xA0\xE3\x80\x80", {"a.exe"}},
      {"NUL", bytes("a.exe\0.txt", 10), {"a.exe.txt", "a.exe", ".txt"}},
      {"two NULs", bytes("a.exe\0b\0.txt", 12), {"a.exeb.txt", "a.exe", ".txt"}},
      {"a NUL behind each letter", bytes("a\0.\0e\0x\0e\0", 10), {"a.exe", "a"}},
      {"%00", "a.exe%00.txt", {"a.exe%00.txt", "a.exe.txt", "a.exe", ".txt"}},
      {"line end", "a.exe\r\n.txt", {"a.exe.txt", "a.exe", ".txt"}},
      {"far right", "a.exe" + blanks + ".txt", {"a.exe" + blanks + ".txt", "a.exe"}},
      {"stream", "a.exe::$DATA", {"a.exe::$DATA", "a.exe"}},
      {"named stream", "a.txt:b.exe:$DATA", {"a.txt:b.exe:$DATA", "a.txt"}},
      // Direction and look-alikes.
      {"right to left", "photo_\xE2\x80\xAEgpj.exe", {"photo_gpj.exe"}},
      {"right to left, the other way",
       "photo_\xE2\x80\xAE"
       "exe.jpg",
       {"photo_exe.jpg"}},
      {"isolates", "a\xE2\x81\xA6.e\xE2\x81\xA7xe\xE2\x81\xA8\xE2\x81\xA9", {"a.exe"}},
      {"zero width",
       "a.e\xE2\x80\x8Bx\xE2\x80\x8D\xEF\xBB\xBF"
       "e",
       {"a.exe"}},
      {"soft hyphen, variation selector",
       "a.e\xC2\xADx\xEF\xB8\x8F"
       "e",
       {"a.exe"}},
      {"full width", "a\xEF\xBC\x8E\xEF\xBD\x85\xEF\xBD\x98\xEF\xBD\x85", {"a.exe"}},
      {"one dot leader",
       "a\xE2\x80\xA4"
       "exe",
       {"a.exe"}},
      {"Cyrillic", "a.\xD0\xB5\xD1\x85\xD0\xB5", {"a.\xD0\xB5\xD1\x85\xD0\xB5", "a.exe"}},
      {"Greek capitals", "a.\xCE\x95\xCE\xA7\xCE\x95", {"a.\xCE\x95\xCE\xA7\xCE\x95", "a.EXE"}},
      {"a letter with an accent in two characters", "e\xCC\x81.txt", {"\xC3\xA9.txt"}},
      // Extensions in the middle stay where they are; what they mean is the rules' business.
      {"double", "invoice.pdf.exe", {"invoice.pdf.exe"}},
      {"next to last", "x.scr.xz", {"x.scr.xz"}},
      {"class identifier",
       "file.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}",
       {"file.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"}},
      // Character sets.
      {"Latin-1", "f\xFCr.exe", {"f\xC3\xBCr.exe", "fr.exe"}},
      {"a stray byte in the extension", "a.e\xFFxe", {"a.e\xC3\xBFxe", "a.exe"}},
      {"overlong dot",
       "a\xC0\xAE"
       "exe",
       {"a\xC3\x80\xC2\xAE"
        "exe",
        "aexe"}},
      {"Shift-JIS with a backslash for a second byte", "\x83\x5C.exe", {"\\.exe", ".exe"}},
      {"percent-encoded", "a%2Eexe", {"a%2Eexe", "a.exe"}},
      {"percent-encoded UTF-8", "%C3%A4.txt", {"%C3%A4.txt", "\xC3\xA4.txt"}},
      // Names that are nothing.
      {"nothing", "", {}},
      {"blanks", "  ", {}},
      {"invisible", "\xE2\x80\x8B", {}},
      {"dot", ".", {"."}},
      {"dots", "..", {".."}},
      // As a weapon: a name is data, its last component is what is left of it.
      {"option", "--to-command=sh", {"--to-command=sh"}},
      {"command", "$(id)`id`;id", {"$(id)`id`;id"}},
      {"pipe", "|id", {"|id", "id"}},
      {"format", "%s%n", {"%s%n"}},
      {"escape sequence", "\x1B[2Ja\t.exe", {"[2Ja .exe"}},
      {"star", "a.e*xe", {"a.e*xe", "a.exe"}},
      {"quotes left over", "\"a.exe\"", {"\"a.exe\"", "a.exe"}},
      {"device", "con", {"con"}},
      {"climbing", "../../x.exe", {"../../x.exe", "x.exe"}},
      {"Windows path", "C:\\tmp\\x.exe", {"C:\\tmp\\x.exe", "x.exe"}},
      {"drive without a path", "C:x.exe", {"C:x.exe"}},
      {"network", "\\\\host\\x", {"\\\\host\\x", "x"}},
      {"folder", "x.exe/./", {"x.exe/./", "x.exe"}},
      // Tricks that need each other.
      {"stream behind a path behind an escape",
       "C%3A%5Ca.exe%3A%3A$DATA",
       {"C%3A%5Ca.exe%3A%3A$DATA", "C:\\a.exe::$DATA", "a.exe::$DATA", "a.exe"}},
      {"look-alikes before a stream",
       "a.\xD0\xB5\xD1\x85\xD0\xB5::$DATA",
       {"a.\xD0\xB5\xD1\x85\xD0\xB5::$DATA", "a.\xD0\xB5\xD1\x85\xD0\xB5", "a.exe::$DATA", "a.exe"}},
  };
  for (const Case& c : cases) EXPECT_EQ(readings(c.name), c.expected) << c.what;
}

TEST(FileNames, ALongNameKeepsHeadAndExtension) {
  for (const size_t size : {1025u, 4096u, 1'000'000u}) {
    const Strings all = readings("Invoice " + std::string(size, 'a') + ".exe ");
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_THAT(all[0], AllOf(StartsWith("Invoice "), EndsWith("aaa.exe"), SizeIs(::testing::Le(max_reading_size))));
  }
  EXPECT_THAT(readings(std::string(255, 'a')), ElementsAre(std::string(255, 'a')));
  EXPECT_THAT(readings(std::string(max_reading_size, 'a')), ElementsAre(std::string(max_reading_size, 'a')));
}

TEST(FileNames, ALongNameHidesNothingInItsMiddle) {
  const std::string much(100'000, 'a');
  EXPECT_THAT(readings(much + ".exe" + std::string(1, '\0') + much), Contains(EndsWith("aaa.exe")));
  EXPECT_THAT(readings(much + "%2Eexe%00" + much), Contains(EndsWith("aaa.exe")));
}

TEST(FileNames, ThereAreNeverTooManyAndAlwaysValidOnes) {
  std::string worst = "%2F\xFF/x:y\\a.e*xe%3Ab" + std::string(20, ' ') + bytes("\0|c%00\r.\xD0\xB5xe:z?%0A", 18);
  for (const std::string& name :
       {worst, worst + std::string(40'000, '\xD0'), std::string(5'000, '\xE3') + worst + std::string(5'000, '\x82')}) {
    const Strings all = readings(name);
    EXPECT_LE(all.size(), max_readings);
    EXPECT_GE(all.size(), 6u);
    for (const std::string& reading : all) {
      EXPECT_LE(reading.size(), max_reading_size);
      EXPECT_THAT(reading, Not(IsEmpty()));
      for (std::string_view rest = reading; !rest.empty(); rest.remove_prefix(base::next_utf8(rest).length))
        ASSERT_TRUE(base::next_utf8(rest).valid) << reading;
      EXPECT_EQ(std::count(all.begin(), all.end(), reading), 1) << reading;
    }
  }
  EXPECT_THAT(readings(worst), SizeIs(max_readings));
}

// Marks of two classes in turn must be sorted; a long row of them would cost its square. U+0300, U+0316, U+0F73,
// U+FF9E.
TEST(FileNames, MarksWithoutEndAreCutToThirty) {
  for (const std::string pair : {"\xCC\x80\xCC\x96", "\xE0\xBD\xB3\xEF\xBE\x9E", "\xCC\x80\xE2\x80\x8B"}) {
    std::string name = "a";
    for (int i = 0; i < 3'000; ++i) name += pair;
    const Strings all = readings(name + ".exe");
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_LE(all[0].size(), 200u);
    EXPECT_THAT(all[0], EndsWith(".exe"));
  }
}

}  // namespace
}  // namespace postern::policy
