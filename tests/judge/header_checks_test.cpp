// SPDX-License-Identifier: MIT
#include "judge/header_checks.h"

#include <gmock/gmock.h>
#include <postern/plugin.h>

namespace postern::judge {
namespace {

using namespace std::string_literals;
using mail::DefectKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string stem = "From: alice@example.com\r\nDate: Mon, 7 Sep 2026 10:00:00 +0000\r\n";

std::vector<HeaderFault> faults_of(const std::string& mail, const HeaderChecks& on = {}, bool is_smtputf8 = false) {
  return check_header(mail, mail::Contents(), on, is_smtputf8);
}

HeaderChecks only(HeaderCheck check) {
  HeaderChecks on;
  for (const HeaderCheck each : all_header_checks) on.set(each, each == check);
  return on;
}

HeaderChecks all() {
  HeaderChecks on;
  on.set(HeaderCheck::utf8, true);
  return on;
}

// "8bit Subject 61": check, field, offset.
std::vector<std::string> told(const std::vector<HeaderFault>& faults) {
  std::vector<std::string> lines;
  for (const HeaderFault& f : faults)
    lines.push_back(std::string(name(f.check)) + ' ' + f.field + ' ' + std::to_string(f.offset));
  return lines;
}

TEST(HeaderChecks, OrdinaryMailHasNoFault) {
  EXPECT_THAT(
      faults_of("Received: from a (b [192.0.2.1])\r\n\tby c with ESMTP id 1;\r\n Mon, 7 Sep 2026 10:00:00 +0000\r\n"
                "Received: from d\r\nDKIM-Signature: v=1\r\nDKIM-Signature: v=1\r\nResent-To: "
                "x@example.org\r\nResent-To: y@example.org\r\n" +
                    stem +
                    "To: =?utf-8?Q?J=C3=BCrgen?= <b@example.org>\r\nSubject:\r\nX-Empty: \r\nComments: "
                    "one\r\nComments: two\r\nKeywords: \x1B$B\r\n"
                    "MIME-Version: 1.0\r\nX-Long: " +
                    std::string(990, 'a') + "\r\n\r\nSubject: body\r\nSubject: body \xFF\r\n",
                all()),
      IsEmpty());
}

TEST(HeaderChecks, AMailWithoutABodyHasNoFault) {
  EXPECT_THAT(faults_of(stem), IsEmpty());
}

struct Case {
  const char* what;
  std::string header;  // behind stem, which has 63 octets
  std::vector<std::string> expected;
};

TEST(HeaderChecks, EachFindsItsFaultAtItsPlace) {
  ASSERT_EQ(stem.size(), 63u);
  const std::string blanks(300, ' ');
  const Case cases[] = {
      {"no colon", "this is no field\r\n", {"syntax  63"}},
      {"blank inside the name", "My Field: x\r\n", {"syntax  63"}},
      {"blank before the colon", "Subject : x\r\n", {"syntax Subject 63"}},
      {"control character in a name", "Sub\x01ject: x\r\n", {"syntax Sub\x01ject 63"}},
      {"line of blanks", "Subject: x\r\n \t \r\nX: y\r\n", {"empty Subject 75"}},
      {"two lines of blanks are one fault", "Subject: x\r\n  \r\n  \r\n", {"empty Subject 75"}},
      {"999 octets", "Subject: " + std::string(990, 'a') + "\r\n", {"long Subject 63"}},
      {"999 octets in a continuation", "Subject: x\r\n " + std::string(998, 'a') + "\r\n", {"long Subject 75"}},
      {"many lines that are not too long",
       "Subject: x\r\n " + blanks + "a\r\n " + blanks + "a\r\n " + blanks + "a\r\n " + blanks + "a\r\n",
       {}},
      {"NUL", "Subject: a\0b\0\r\n"s, {"control Subject 73"}},
      {"bare CR", "Subject: a\rb\r\n", {"control Subject 73"}},
      {"two CR", "Subject: a\r\r\n", {"control Subject 73"}},
      {"Latin-1", "Subject: caf\xE9 \xE9\r\n", {"8bit Subject 75"}},
      {"Latin-1 behind UTF-8", "Subject: \xC3\xA9 \xE9\r\n", {"8bit Subject 75"}},
      {"twice", "Subject: a\r\nX: y\r\nsubject: b\r\nSUBJECT: c\r\n", {"multiple subject 81"}},
      {"twice, of MIME", "Content-Type: text/plain\r\nContent-Type: text/html\r\n", {"multiple Content-Type 89"}},
      {"several in one field",
       "Subject : \xE9\r\n  \r\n a\rb\r\n",
       {"syntax Subject 63", "empty Subject 76", "control Subject 82", "8bit Subject 73"}},
  };
  for (const Case& c : cases) EXPECT_EQ(told(faults_of(stem + c.header + "\r\nbody\r\n")), c.expected) << c.what;
}

TEST(HeaderChecks, WhatStandsOnTopIsToldApart) {
  EXPECT_THAT(told(faults_of("From a@example.com Mon Sep  7 10:00:00 2026\r\n" + stem + "\r\n")),
              ElementsAre("other  0"));
  EXPECT_THAT(told(faults_of(" folded: x\r\n" + stem + "\r\n")), ElementsAre("syntax  0"));
  EXPECT_THAT(told(faults_of("  \r\n" + stem + "\r\n")), ElementsAre("empty  0"));
}

TEST(HeaderChecks, MissingFieldsAreThoseThatMustStand) {
  EXPECT_THAT(told(faults_of("Subject: x\r\n\r\nFrom: body\r\nDate: body\r\n")),
              ElementsAre("missing Date 0", "missing From 0"));
  EXPECT_THAT(told(faults_of("")), ElementsAre("missing Date 0", "missing From 0"));
  EXPECT_THAT(told(faults_of("\r\nbody\r\n")), ElementsAre("missing Date 0", "missing From 0"));
}

TEST(HeaderChecks, Utf8IsAFaultOnlyWhereItWasNotAskedForAndTheCheckIsOn) {
  const std::string mail = stem + "Subject: caf\xC3\xA9\r\n\r\n";
  EXPECT_THAT(faults_of(mail), IsEmpty());
  EXPECT_THAT(told(faults_of(mail, all())), ElementsAre("utf8 Subject 75"));
  EXPECT_THAT(faults_of(mail, all(), true), IsEmpty());
  EXPECT_THAT(told(faults_of(stem + "Subject: caf\xE9\r\n\r\n", all(), true)), ElementsAre("8bit Subject 75"));
}

TEST(HeaderChecks, TheTextsSayWhatAndWhereAndCanBePrinted) {
  const auto faults =
      faults_of("Subject: a\r\nX-Odd: caf\xE9 con\0\x1B[2J panna\r\nSubject: b\r\nno field \xE2\x80\xAE\r\n \r\nY: "s +
                std::string(1200, 'y') + "\r\n\r\n");
  std::vector<std::string> texts;
  for (const HeaderFault& f : faults) texts.push_back(f.text);
  EXPECT_THAT(
      texts,
      ElementsAre("NUL in header field X-Odd: \"X-Odd: caf\\xe9 con\\x00\\x1b[2J panna\"",
                  "8-bit data that is not UTF-8 in header field X-Odd: \"X-Odd: caf\\xe9 con\\x00\\x1b[2J panna\"",
                  "duplicate header field: Subject", "line that is no header field: \"no field \\u{202e}\"",
                  "line of nothing but blanks in the header", "line of 1203 octets in header field Y, 998 are allowed",
                  "missing header field: Date", "missing header field: From"));
}

TEST(HeaderChecks, AnExcerptIsShortAndOfOneLine) {
  const auto faults = faults_of(stem + "Before: x\r\nSubject: " + std::string(500, 'a') + "\xE9" +
                                std::string(400, 'b') + "\r\nAfter: y\r\n\r\n");
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].text, HasSubstr("\"aaaaaaaaaaaaaaaaaaaa\\xe9bbbbbbbbbb"));
  EXPECT_LE(faults[0].text.size(), 140u);
}

TEST(HeaderChecks, ACheckThatIsOffFindsNothingAndTheOthersStillDo) {
  const std::string mail =
      "From x\r\nno field\r\nTo: a\r\nTo: \xE9\r\n \r\nX: \r \xC3\xA9\r\nY: "s + std::string(999, 'y') + "\r\n\r\n";
  for (const HeaderCheck check : all_header_checks) {
    const auto faults = faults_of(mail, only(check));
    EXPECT_EQ(faults.empty(), check == HeaderCheck::mime) << name(check);
    for (const HeaderFault& f : faults) EXPECT_EQ(f.check, check) << f.text;
  }
}

TEST(HeaderChecks, AHundredFaultsAreEnough) {
  std::string mail = stem;
  for (int i = 0; i < 5'000; ++i) mail += "no field\r\n";
  EXPECT_THAT(faults_of(mail), SizeIs(max_header_faults));
}

TEST(HeaderChecks, MimeIsTheMailsOwnStructure) {
  std::vector<mail::Part> parts(5);
  for (uint32_t i = 0; i < parts.size(); ++i)
    parts[i].path = i == 0 ? "0" : i == 1 ? "1" : "1." + std::to_string(i - 1);
  parts[1].flags = POSTERN_PART_CONTAINER;
  parts[2].parent = parts[3].parent = 1;  // 3: an attached mail
  parts[4].parent = 3, parts[4].path = "1.2.1";
  const auto faults = [&] {
    return check_header(stem + "\r\n", mail::Contents(parts, base::Content()), HeaderChecks(), false);
  };

  parts[2].defects = {{DefectKind::ambiguous, "mime-encodings", ""},   {DefectKind::malformed, "mime-header-8bit", ""},
                      {DefectKind::malformed, "mime-base64-junk", ""}, {DefectKind::malformed, "mime-nul", ""},
                      {DefectKind::note, "mime-long-line", ""},        {DefectKind::malformed, "zip-overlap", ""}};
  parts[4].defects = {{DefectKind::malformed, "mime-no-boundary", ""}};
  EXPECT_THAT(faults(), IsEmpty());

  parts[0].defects = {{DefectKind::malformed, "mime-no-blank-line", "the header has no end"}};
  parts[1].defects = {{DefectKind::malformed, "mime-no-close-delimiter", ""}};
  parts[2].defects = {{DefectKind::malformed, "mime-bad-type", "a\r\nb"}};
  std::vector<std::string> texts;
  for (const HeaderFault& f : faults()) texts.push_back(f.text);
  EXPECT_THAT(texts,
              ElementsAre("MIME: mime-no-blank-line: the header has no end (part 0)",
                          "MIME: mime-no-close-delimiter (part 1)", "MIME: mime-bad-type: a\\x0d\\x0ab (part 1.1)"));
}

TEST(HeaderChecks, NamesAndNumbersAreThoseOfAmavisd) {
  std::string keys, minors;
  for (const HeaderCheck check : all_header_checks) {
    keys += std::string(name(check)) + ' ';
    minors += std::to_string(minor(check));
  }
  EXPECT_EQ(keys, "other mime syntax empty long control 8bit utf8 missing multiple ");
  EXPECT_EQ(minors, "0164532278");
  EXPECT_FALSE(HeaderChecks().has(HeaderCheck::utf8));
  EXPECT_TRUE(HeaderChecks().has(HeaderCheck::eight_bit));
}

}  // namespace
}  // namespace postern::judge
