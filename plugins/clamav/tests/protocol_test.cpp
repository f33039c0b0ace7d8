// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <postern/plugin.h>

namespace postern::clamav {
namespace {

TEST(ClamavReply, ReadsWhatClamdWrites) {
  const auto clean = parse_reply("12: stream: OK");
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->id, 12u);
  EXPECT_EQ(clean->verdict, Verdict::clean);

  const auto found = parse_reply("1: fd[10]: Eicar-Test-Signature FOUND");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->verdict, Verdict::found);
  EXPECT_EQ(found->text, "Eicar-Test-Signature");

  EXPECT_EQ(parse_reply("3: INSTREAM size limit exceeded. ERROR")->verdict, Verdict::size_limit);
  const auto error = parse_reply("1: Command invalid inside IDSESSION. ERROR");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->verdict, Verdict::error);
  EXPECT_EQ(error->text, "Command invalid inside IDSESSION.");
  EXPECT_EQ(parse_reply("2: fd[9]: Can't allocate memory ERROR")->verdict, Verdict::error);
}

TEST(ClamavReply, BelievesNoPrefixOfAnything) {
  for (const std::string whole :
       {"12: stream: OK", "1: fd[10]: Eicar-Test FOUND", "3: INSTREAM size limit exceeded. ERROR"})
    for (size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(parse_reply(whole.substr(0, n))) << whole.substr(0, n);
}

TEST(ClamavReply, RefusesWhatClamdDoesNotWrite) {
  const std::string long_name(256, 'N'), huge(1 << 20, 'N');
  for (const std::string& line : std::initializer_list<std::string>{"",
                                                                    ": stream: OK",
                                                                    "stream: OK",
                                                                    "0: stream: OK",
                                                                    "01: stream: OK",
                                                                    "-1: stream: OK",
                                                                    "+1: stream: OK",
                                                                    "4294967296: stream: OK",
                                                                    "1:stream: OK",
                                                                    "1: stream:OK",
                                                                    "1: stream: OK ",
                                                                    "1: stream: ok",
                                                                    "1: stream: OK\n",
                                                                    "1: stream: OK\r",
                                                                    "1: stream: Evil\nName FOUND",
                                                                    "1: stream:  FOUND",
                                                                    "1: stream: a b FOUND",
                                                                    "1: stream: FOUND",
                                                                    "1: file: OK",
                                                                    "1: fd[]: OK",
                                                                    "1: fd[x]: OK",
                                                                    "1: fd[1: OK",
                                                                    "1: fd[1]]: OK",
                                                                    "1: /tmp/x: OK",
                                                                    "1: stream: Evil",
                                                                    "1: stream: " + long_name + " FOUND",
                                                                    "1: stream: " + huge + " FOUND",
                                                                    "1: stream: \x80 FOUND",
                                                                    "1: ERROR",
                                                                    std::string("1: stream: O\0K", 14),
                                                                    std::string("1: stream: OK\0", 14)})
    EXPECT_FALSE(parse_reply(line)) << line.substr(0, 60);
}

TEST(ClamavVersion, ReadsEngineDatabaseAndDate) {
  const auto v = parse_version("ClamAV 1.4.6/27500/Sun Nov 22 08:31:02 2026");
  ASSERT_TRUE(v);
  EXPECT_EQ(v->engine, "ClamAV 1.4.6");
  EXPECT_EQ(v->database, "27500");
  std::tm t{};
  t.tm_year = 126, t.tm_mon = 10, t.tm_mday = 22, t.tm_hour = 8, t.tm_min = 31, t.tm_sec = 2, t.tm_isdst = -1;
  EXPECT_EQ(v->time, std::mktime(&t));
  EXPECT_TRUE(parse_version("ClamAV 1.4.6/27500/Mon Mar  2 08:31:02 2026"));
}

TEST(ClamavVersion, KnowsAClamdWithoutOfficialDatabase) {
  const auto v = parse_version("ClamAV 1.4.6");
  ASSERT_TRUE(v);
  EXPECT_EQ(v->database, "");
  EXPECT_EQ(v->time, 0);
}

TEST(ClamavVersion, RefusesEverythingElse) {
  for (const char* text : {"", "ClamAV", "Other 1.0", "ClamAV 1/2", "ClamAV 1/x/Sun Nov 22 08:31:02 2026",
                           "ClamAV 1/2/Sun Xyz 22 08:31:02 2026", "ClamAV 1/2/Sun Nov 32 08:31:02 2026", "ClamAV 1/2/",
                           "ClamAV 1/2/Sun Nov 22 08:31:02 202", "ClamAV 1/2/Sun Nov 22 24:31:02 2026"})
    EXPECT_FALSE(parse_version(text)) << text;
}

TEST(ClamavAnswer, CountsOnlyUnderItsId) {
  EXPECT_EQ(parse_answer("1: PONG", 1), "PONG");
  EXPECT_FALSE(parse_answer("2: PONG", 1));
  EXPECT_FALSE(parse_answer("PONG", 1));
}

TEST(ClamavChunk, LengthIsInNetworkOrder) {
  EXPECT_EQ(chunk_length(0x01020304), "\x01\x02\x03\x04");
}

std::set<std::string> heuristics_of_the_library() {
  std::set<std::string> names;
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
    std::error_code missing;
    for (const auto& file : std::filesystem::directory_iterator(folder, missing)) {
      if (!file.path().filename().string().starts_with("libclamav.so.")) continue;
      std::ifstream in(file.path(), std::ios::binary);
      for (std::string text; std::getline(in, text, '\0');)
        if (text.starts_with("Heuristics.") && text.size() > 11 && is_signature_name(text)) names.insert(text);
    }
  }
  return names;
}

TEST(ClamavMeaning, TellsTheKindsOfNamesApart) {
  const auto heuristic = uint32_t{POSTERN_FIND_HEURISTIC};
  const struct {
    const char* name;
    int32_t category;
    uint32_t flags;
  } table[] = {{"Win.Test.EICAR_HDB-1", POSTERN_CAT_MALWARE, 0},
               {"Heuristics.Limits.Exceeded.MaxFileSize", POSTERN_CAT_LIMIT, heuristic},
               {"Heuristics.Limits.Exceeded", POSTERN_CAT_LIMIT, heuristic},
               {"Heuristics.Encrypted.Zip", POSTERN_CAT_ENCRYPTED, heuristic},
               {"Heuristics.OLE2.ContainsMacros.VBA", POSTERN_CAT_MACRO, heuristic},
               {"Heuristics.Phishing.Email.SpoofedDomain", POSTERN_CAT_PHISHING, heuristic},
               {"Sanesecurity.Phishing.Bank.1.UNOFFICIAL", POSTERN_CAT_PHISHING, 0},
               {"Phishing.Email.1", POSTERN_CAT_PHISHING, 0},
               {"PUA.Win.Packer.Upx-1", POSTERN_CAT_PUA, 0},
               {"Heuristics.MBRPartitionIntersection", POSTERN_CAT_AMBIGUOUS, heuristic},
               {"Heuristics.Limits", POSTERN_CAT_MALWARE, heuristic},
               {"Heuristics.Something.New", POSTERN_CAT_MALWARE, heuristic},
               {"NotPUA.Heuristics.Encrypted.Zip", POSTERN_CAT_MALWARE, 0}};
  for (const auto& row : table) {
    EXPECT_EQ(meaning(row.name).category, row.category) << row.name;
    EXPECT_EQ(meaning(row.name).flags, row.flags) << row.name;
  }
}

// Every name that the installed libclamav can make up by itself. One that stands in no row has come with a new version: somebody must
// say what it means.
TEST(ClamavMeaning, KnowsEveryHeuristicOfTheInstalledLibrary) {
  const struct {
    const char* pattern;
    int32_t category;
  } rows[] = {{"Limits\\.Exceeded\\..*", POSTERN_CAT_LIMIT},
              {"XZ\\.DicSizeLimit", POSTERN_CAT_LIMIT},
              {"Encrypted\\.(7Zip|EGG|PDF|RAR|Zip)", POSTERN_CAT_ENCRYPTED},
              {"Broken\\.(Executable|Media\\..*)", POSTERN_CAT_UNSUPPORTED},
              {"(APM|GPT|MBR)Partitionn?Intersect(ion)?", POSTERN_CAT_AMBIGUOUS},
              {"OLE2\\.ContainsMacros\\.(VBA|XLM)", POSTERN_CAT_MACRO},
              {"Phishing\\.(Email|URL)\\..*", POSTERN_CAT_PHISHING},
              {"Safebrowsing\\.Suspected-phishing_.*", POSTERN_CAT_PHISHING},
              {"Safebrowsing\\.Suspected-malware_.*", POSTERN_CAT_MALWARE},
              {"(Exploit|W32|Trojan|Worm)\\..*", POSTERN_CAT_MALWARE},
              {"BoundsCheck|PDF\\.ObfuscatedNameObject|Zip\\.OverlappingFiles", POSTERN_CAT_MALWARE},
              {"Structured\\.(CreditCardNumber|SSN)", POSTERN_CAT_MALWARE}};
  const std::set<std::string> names = heuristics_of_the_library();
  ASSERT_GT(names.size(), 50u) << "libclamav was not found: apt-get install clamav-daemon";
  std::set<const char*> used;
  for (const std::string& name : names) {
    const auto row = std::find_if(std::begin(rows), std::end(rows), [&](const auto& r) { return std::regex_match(name, std::regex(std::string("Heuristics\\.(") + r.pattern + ")")); });
    if (row == std::end(rows)) {
      ADD_FAILURE() << name << " is new";
      continue;
    }
    used.insert(row->pattern);
    EXPECT_EQ(meaning(name).category, row->category) << name;
    EXPECT_EQ(meaning(name).flags, uint32_t{POSTERN_FIND_HEURISTIC}) << name;
  }
  EXPECT_EQ(used.size(), std::size(rows)) << "a row that no name needs";
}

}  // namespace
}  // namespace postern::clamav
