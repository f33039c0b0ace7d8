// SPDX-License-Identifier: MIT
#include "scanengine/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include <postern/plugin.h>
#include <postern/support/transfer_encodings.h>

#include "scanengine/base64.h"

namespace postern::scanengine {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// As the manual shows them.
const std::string detected =
    "{\n\"object\": \"memory\",\n\"scanResult\": \"DETECT\",\n\"detectionName\": \"EICAR-Test-File\"\n}";
const std::string protected_zip =
    R"j({"object": "\/home\/user\/test.zip", "scanResult": "NON_SCANNED (PASSWORD PROTECTED)",
  "containsOfficeMacro": "false"})j";
const std::string archive = R"j({"object": "memory", "scanResult": "DETECT", "detectionName": "EICAR-Test-File",
  "containsOfficeMacro": "false", "subObjectsScanResults": [
    {"object": "m//a.com", "scanResult": "DETECT", "detectionName": "EICAR-Test-File", "containsOfficeMacro": "false"},
    {"object": "m//b.doc", "scanResult": "DETECT", "detectionName": "HEUR:Trojan.X", "containsOfficeMacro": "true"},
    {"object": "memory//c.zip", "scanResult": "NON_SCANNED (PASSWORD PROTECTED)", "containsOfficeMacro": "false"}]})j";

std::string result(const std::string& word) {
  return R"({"object":"memory","scanResult":")" + word + "\"}";
}

bool is_clean(const Answer& answer) {
  return answer.failure.empty() && answer.names.empty() && answer.encrypted.empty() && answer.over_limit.empty() &&
         answer.not_examined.empty();
}

const char* word_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::clean:
      return "clean";
    case Outcome::infected:
      return "infected";
    case Outcome::encrypted:
      return "encrypted";
    case Outcome::over_limit:
      return "over its limits";
    case Outcome::not_examined:
      return "not examined";
    case Outcome::failed:
      return "a failure";
  }
  return "";
}

TEST(ScanEngineProtocol, ARequestIsWhatTheManualAsksFor) {
  const std::string begin = scan_body_begin(milliseconds(10000), "j\xc3\xb6rg@x"), end(scan_body_end);
  const std::string body = begin + base64("abcd") + end;
  EXPECT_EQ(body, R"({"timeout":"10000","url":"[from:test@relay.example]","object":"YWJjZA=="})");
  EXPECT_THAT(scan_body_begin(milliseconds(0), "a+b@example.org"),
              StartsWith(R"({"timeout":"1","url":"[from:a+b@example.org]")"));
}

TEST(ScanEngineProtocol, ASenderCannotWriteInTheRequest) {
  for (const std::string sender :
       {"a@b\",\"object\":\"", "a@b]", "a b@c", "a@b\\", "a@b\r\n", "nobody", "", "a@b\x7f", "a@\xc3\xb6"})
    EXPECT_THAT(scan_body_begin(milliseconds(1), sender), HasSubstr("\"url\":\"[from:test@relay.example]\"")) << sender;
}

TEST(ScanEngineProtocol, Base64IsThatOfTheStandard) {
  // RFC 4648, 10
  const std::pair<const char*, const char*> table[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : table) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(base64_size(std::string_view(plain).size()), std::string_view(coded).size());
  }
  std::string all;
  for (int i = 0; i < 1024; ++i) all += static_cast<char>(i * 7);
  EXPECT_EQ(support::decode_base64(base64(all)), all);
  EXPECT_EQ(base64(all.substr(0, 300)) + base64(all.substr(300)), base64(all));
}

TEST(ScanEngineProtocol, NothingButCleanIsClean) {
  for (const ResultWord& row : result_words())
    EXPECT_EQ(is_clean(parse_scan(result(std::string(row.word)))), row.word == "CLEAN") << row.word;
  for (const std::string word : {"", "clean", "CLEAN ", " CLEAN", "CLEAN\\n", "CLEAN\\u0000", "CLEANED", "OK",
                                 "TIMEOUT", "CLEAN AND CONTAINS OFFICE MACRO", "LICENSE_ERROR", "NON_SCANNED (",
                                 "NON_SCANNED (NEW REASON)", "NON_SCANNED "})
    EXPECT_FALSE(is_clean(parse_scan(result(word)))) << word;
}

TEST(ScanEngineProtocol, WhatIsNoAnswerHasAReason) {
  for (const std::string json :
       {"", "CLEAN", "\"CLEAN\"", "[]", "{}", "null", R"({"object":"memory"})", R"({"scanResult":null})",
        R"({"scanResult":["CLEAN"]})", R"({"scanresult":"CLEAN"})", R"({"scanResult":"CLEAN")",
        R"({"scanResult":"CLEAN"} x)", R"({"error":"Session Timeout"})",
        R"({"scanResult":"CLEAN","error":"no licence"})", R"({"scanResult":"CLEAN","subObjectsScanResults":{}})",
        R"({"scanResult":"CLEAN","subObjectsScanResults":["CLEAN"]})",
        R"({"scanResult":"CLEAN","subObjectsScanResults":[{}]})",
        R"({"scanResult":"CLEAN","subObjectsScanResults":[{"scanResult":"SERVER_ERROR"}]})"}) {
    const Answer answer = parse_scan(json);
    EXPECT_FALSE(answer.failure.empty()) << json;
    EXPECT_THAT(answer.names, IsEmpty());
  }
  EXPECT_EQ(parse_scan(R"({"error":"Session\r\nTimeout"})").failure, "it says SessionTimeout");
  EXPECT_EQ(parse_scan(result("WHAT")).failure, "it says \"WHAT\"");
}

TEST(ScanEngineProtocol, NamesComeFromEveryObjectAndEachOnce) {
  EXPECT_THAT(parse_scan(detected).names, ElementsAre("EICAR-Test-File"));
  const Answer answer = parse_scan(archive);
  EXPECT_THAT(answer.failure, IsEmpty());
  EXPECT_THAT(answer.names, ElementsAre("EICAR-Test-File", "HEUR:Trojan.X"));
  EXPECT_EQ(answer.encrypted, "it needs a password");
  EXPECT_TRUE(answer.has_macro);
  EXPECT_THAT(parse_scan(result("DELETED")).names, ElementsAre("unnamed"));
  EXPECT_THAT(parse_scan(R"({"scanResult":"CLEAN","detectionName":"Liar"})").names, ElementsAre("Liar"));
  const std::string evil = R"({"scanResult":"DETECT","detectionName":"Evil"})";
  const Answer both =
      parse_scan(R"({"scanResult":"DETECT","subObjectsScanResults":[)" + evil + R"(,{"scanResult":"X"}]})");
  EXPECT_THAT(both.names, ElementsAre("Evil"));
  EXPECT_EQ(both.failure, "it says \"X\"");
}

TEST(ScanEngineProtocol, NamesAreLines) {
  const Answer answer = parse_scan(R"({"scanResult":"DETECT","detectionName":"Evil\r\nX-Spam: no\u007f"})");
  EXPECT_THAT(answer.names, ElementsAre("EvilX-Spam: no"));
  std::string many = R"({"scanResult":"DETECT","subObjectsScanResults":[)";
  for (int i = 0; i < 1000; ++i) many += R"({"scanResult":"DETECT","detectionName":"N)" + std::to_string(i) + "\"},";
  many.back() = ']';
  EXPECT_EQ(parse_scan(many + "}").names.size(), 50u);
}

TEST(ScanEngineProtocol, NestingEndsSomewhere) {
  std::string json = result("CLEAN");
  for (int i = 0; i < 100; ++i) json = R"({"scanResult":"CLEAN","subObjectsScanResults":[)" + json + "]}";
  EXPECT_FALSE(parse_scan(json).failure.empty());
  EXPECT_FALSE(parse_scan(std::string(1'000'000, '[')).failure.empty());
}

TEST(ScanEngineProtocol, WhatWasNotExaminedHasItsKind) {
  EXPECT_EQ(parse_scan(protected_zip).encrypted, "it needs a password");
  EXPECT_FALSE(parse_scan(result("NON_SCANNED (CANCELED)")).over_limit.empty());
  EXPECT_FALSE(parse_scan(result("NON_SCANNED (CORRUPTED)")).not_examined.empty());
  EXPECT_EQ(parse_scan(result("NON_SCANNED (NEW REASON)")).not_examined, "NON_SCANNED (NEW REASON)");
  EXPECT_TRUE(parse_scan(R"({"scanResult":"CLEAN","containsOfficeMacro":true})").has_macro);
  EXPECT_FALSE(parse_scan(R"({"scanResult":"CLEAN","containsOfficeMacro":"false"})").has_macro);
}

TEST(ScanEngineProtocol, PrefixesOfNamesHaveTheirMeaning) {
  const struct {
    const char* name;
    int32_t category;
    uint32_t flags;
  } table[] = {{"EICAR-Test-File", POSTERN_CAT_MALWARE, 0},
               {"HEUR:Trojan.Win32.Generic", POSTERN_CAT_MALWARE, POSTERN_FIND_HEURISTIC},
               {"not-a-virus:AdWare.Win32.X.a", POSTERN_CAT_PUA, 0},
               {"HEUR:not-a-virus:AdWare.Win32.X", POSTERN_CAT_PUA, POSTERN_FIND_HEURISTIC},
               {"Trojan.not-a-virus:X", POSTERN_CAT_MALWARE, 0}};
  for (const auto& row : table) {
    EXPECT_EQ(meaning(row.name).category, row.category) << row.name;
    EXPECT_EQ(meaning(row.name).flags, row.flags) << row.name;
  }
}

TEST(ScanEngineProtocol, ReadsTheVersionAndTheDateOfTheDatabase) {
  EXPECT_EQ(parse_version("{\n\"KAVSDKVersion\": \"8.8.2.58\"\n}"), "8.8.2.58");
  const auto database = parse_database("{\n\"databaseVersion\": \"30.01.2019 18:38 GMT\"\n}");
  ASSERT_TRUE(database);
  EXPECT_EQ(database->version, "30.01.2019 18:38 GMT");
  EXPECT_EQ(database->time, 1548873480);
  EXPECT_EQ(parse_database(R"({"databaseVersion":"9.02.2014 15:03 GMT"})")->time, 1391958180);
  for (const std::string json : {"", "{}", "[]", R"({"KAVSDKVersion":8})", R"({"KAVSDKVersion":""})"})
    EXPECT_FALSE(parse_version(json)) << json;
  for (const std::string date :
       {"", "GMT", "30.01.2019", "30.01.2019 18:38", "30.01.2019 18:38 MSK", "31.02.2019 18:38 GMT",
        "30.13.2019 18:38 GMT", "30.01.2019 24:38 GMT", "30.01.2019 18:60 GMT", "-1.01.2019 18:38 GMT",
        "30.01.1019 18:38 GMT", "30.01.2019 18:38 GMT ", "30.01.99999 18:38 GMT", "2019-01-30 18:38 GMT"})
    EXPECT_FALSE(parse_database(R"({"databaseVersion":")" + date + "\"}")) << date;
}

TEST(ScanEngineProtocol, ReadmeHasTheTable) {
  std::ifstream in(POSTERN_SOURCE_DIR "/plugins/avp/scanengine/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  for (const ResultWord& row : result_words())
    EXPECT_THAT(readme,
                HasSubstr("| `" + std::string(row.word) + "` | " + word_for(row.outcome) + " | " + row.meaning + " |"));
}

}  // namespace
}  // namespace postern::scanengine
