// SPDX-License-Identifier: MIT
#include "parser.h"

#include <gmock/gmock.h>

#include "content.h"

namespace postern::mime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

// A mail and what the parser makes of it. Written with "\n", read with CRLF.
struct Parsed {
  explicit Parsed(std::string_view text, const Limits& limits = {}) : mail(crlf(text)), message(parse(mail, limits)) {}

  // One line for each part: number of the parent, role, type, decoded text.
  std::vector<std::string> tree() const {
    std::vector<std::string> lines;
    for (const Part& p : message.parts) {
      std::string line = p.parent == Part::message ? "-" : std::to_string(p.parent);
      line += " " + std::string(p.role) + (p.role.empty() ? "" : " ") + p.type;
      if (!p.is_container) line += " [" + text(p) + "]";
      lines.push_back(line);
    }
    return lines;
  }
  std::string text(const Part& p) const {
    std::string out;
    decode(p.encoding, message.raw(p, mail), [&](std::string_view piece) { out += piece; });
    std::erase(out, '\r');
    return out;
  }
  bool has(std::string_view code) const {
    return std::any_of(message.defects.begin(), message.defects.end(),
                       [&](const PartDefect& d) { return d.code == code; });
  }
  bool is_ambiguous() const {
    return std::any_of(message.defects.begin(), message.defects.end(),
                       [](const PartDefect& d) { return d.category == POSTERN_CAT_AMBIGUOUS; });
  }
  bool extracts(std::string_view payload) const {
    return std::any_of(message.parts.begin(), message.parts.end(),
                       [&](const Part& p) { return !p.is_container && text(p) == payload; });
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const PartDefect& d : message.defects) all.emplace_back(d.code);
    return all;
  }

  std::string mail;
  Message message;
};

TEST(Parser, APlainMailIsOneLeaf) {
  const Parsed p("Subject: x\n\nHello\n");
  EXPECT_THAT(p.tree(), ElementsAre("- text/plain [Hello\n]"));
  EXPECT_EQ(p.message.parts[0].offset, 14u);
  EXPECT_EQ(p.message.parts[0].length, 7u);
  EXPECT_THAT(p.codes(), IsEmpty());
}

// The example of RFC 2046, section 5.1.1.
constexpr std::string_view rfc2046 =
    "From: Nathaniel Borenstein <nsb@bellcore.com>\nMIME-Version: 1.0\n"
    "Content-type: multipart/mixed; boundary=\"simple boundary\"\n\n"
    "This is the preamble.\n\n--simple boundary\n\nThis is implicitly typed plain US-ASCII text.\nIt does NOT end with "
    "a linebreak.\n"
    "--simple boundary\nContent-type: text/plain; charset=us-ascii\n\n"
    "This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n\n--simple boundary--\n\nThis is "
    "the epilogue.\n";

TEST(Parser, ReadsTheExampleOfRfc2046) {
  const Parsed p(rfc2046);
  EXPECT_THAT(
      p.tree(),
      ElementsAre("- multipart/mixed", "0 preamble text/plain [This is the preamble.\n]",
                  "0 text/plain [This is implicitly typed plain US-ASCII text.\nIt does NOT end with a linebreak.]",
                  "0 text/plain [This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n]",
                  "0 epilogue text/plain [\nThis is the epilogue.\n]"));
  EXPECT_EQ(p.message.parts[3].charset, "us-ascii");
  EXPECT_THAT(p.codes(), IsEmpty());
}

TEST(Parser, PlacesAreExact) {
  const Parsed p(rfc2046);
  for (const Part& part : p.message.parts) {
    ASSERT_LE(part.offset + part.length, p.mail.size());
    if (part.parent == Part::message) continue;
    const Part& parent = p.message.parts[part.parent];
    EXPECT_GE(part.offset, parent.offset);
    EXPECT_LE(part.offset + part.length, parent.offset + parent.length);
  }
  EXPECT_EQ(p.mail.substr(p.message.parts[2].offset, 4), "This");
  EXPECT_EQ(p.mail.substr(p.message.parts[2].offset + p.message.parts[2].length, 4), "\r\n--");
}

TEST(Parser, BareLineFeedsGiveTheSameTree) {
  const Message a = parse(crlf(rfc2046)), b = parse(rfc2046);
  ASSERT_EQ(a.parts.size(), b.parts.size());
  for (std::size_t i = 0; i < a.parts.size(); ++i) EXPECT_EQ(a.parts[i].type, b.parts[i].type);
}

TEST(Parser, ReadsNestedMultiparts) {
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: multipart/alternative; "
      "boundary=inner\n\n"
      "--inner\n\none\n--inner\nContent-Type: text/html\n\ntwo\n--inner--\n\n--outer\nContent-Type: image/png; "
      "name=x.png\n"
      "Content-Transfer-Encoding: base64\n\nTWFu\n--outer--\n");
  EXPECT_THAT(p.tree(), ElementsAre("- multipart/mixed", "0 multipart/alternative", "1 text/plain [one]",
                                    "1 text/html [two]", "0 image/png [Man]"));
  EXPECT_THAT(p.message.parts[4].names, ElementsAre("x.png"));
  EXPECT_THAT(p.codes(), IsEmpty());
}

TEST(Parser, AnInnerMultipartThatIsNotClosedEndsWithTheOuterDelimiter) {
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=i\n\n--i\n\none\n--o\n\ntwo\n--o--\n");
  EXPECT_THAT(p.tree(),
              ElementsAre("- multipart/mixed", "0 multipart/mixed", "1 text/plain [one]", "0 text/plain [two]"));
  EXPECT_THAT(p.codes(), ElementsAre("mime-no-close-delimiter"));
}

TEST(Parser, ABoundaryThatBeginsAnotherOneConfusesNobody) {
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=bou\n\n--bou\nContent-Type: multipart/mixed; "
      "boundary=bound\n\n--bound\n\none\n--bound--\n--bou--\n");
  EXPECT_THAT(p.tree(), ElementsAre("- multipart/mixed", "0 multipart/mixed", "1 text/plain [one]"));
  EXPECT_FALSE(p.is_ambiguous());
}

TEST(Parser, ADigestHoldsMessages) {
  const Parsed p(
      "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: a\n\nb\n--d\nContent-Type: "
      "text/plain\n\nc\n--d--\n");
  EXPECT_THAT(p.tree(), ElementsAre("- multipart/digest", "0 message/rfc822 [Subject: a\n\nb]", "0 text/plain [c]"));
}

TEST(Parser, AMessageInAMessageIsNotOpened) {
  const Parsed p("Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nq\n--x--\n");
  ASSERT_EQ(p.message.parts.size(), 1u);
  EXPECT_EQ(p.message.parts[0].type, "message/rfc822");
}

TEST(Parser, AllNamesOfAllFieldsCount) {
  const Parsed p(
      "Content-Type: a/b; name=a.txt\nContent-Disposition: attachment; filename=b.exe; filename*=utf-8''c%2Eexe\n"
      "Content-Disposition: attachment; filename=d.exe\n\nx\n");
  for (const char* name : {"a.txt", "b.exe", "c.exe", "d.exe"})
    EXPECT_THAT(p.message.parts[0].names, ::testing::Contains(name));
}

struct DefectCase {
  const char *code, *mail;
};
TEST(Parser, TellsEachDefect) {
  const DefectCase table[] = {
      {"mime-no-close-delimiter", "Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n"},
      {"mime-no-delimiter", "Content-Type: multipart/mixed; boundary=x\n\nhello\n"},
      {"mime-no-boundary", "Content-Type: multipart/mixed\n\nhello\n"},
      {"mime-empty-boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\nhello\n"},
      {"mime-duplicate-boundary", "Content-Type: multipart/mixed; boundary=x; boundary=y\n\n--x\n\na\n--x--\n"},
      {"mime-duplicate-content-type", "Content-Type: text/plain\ncontent-type: text/plain\n\na\n"},
      {"mime-duplicate-encoding", "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 7bit\n\na\n"},
      {"mime-unknown-encoding", "Content-Transfer-Encoding: rot13\n\na\n"},
      {"mime-header-no-colon", "A: b\nthis is no field\nC: d\n\na\n"},
      {"mime-no-blank-line", "A: b\nthis is the body\nalready\n"},
      {"mime-no-blank-line", "A: b\n"},
      {"mime-header-8bit", "Subject: \xE9\n\na\n"},
      {"mime-nul", nullptr},
      {"mime-bad-type", "Content-Type: nonsense\n\na\n"},
      {"mime-header-blank-before-colon", "Subject : a\n\na\n"},
      {"mime-header-blank-fold", "Subject: a\n  \n\na\n"},
      {"mime-unterminated-quote", "Content-Type: text/plain; name=\"a\n\na\n"},
      {"mime-bad-parameters", "Content-Type: text/plain; name\n\na\n"},
      {"mime-encoded-multipart",
       "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\n--x\n\na\n--x--\n"},
      {"mime-encrypted",
       "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\n\n--x\n\na\n--x--\n"},
      {"mime-encrypted", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\na\n"}};
  for (const DefectCase& c : table) {
    const Parsed p(c.mail ? std::string_view(c.mail) : std::string_view("A: b\n\na\0b\n", 10));
    EXPECT_TRUE(p.has(c.code)) << c.code << " in " << (c.mail ? c.mail : "NUL");
    const std::string_view code = c.code;
    EXPECT_EQ(p.is_ambiguous(), code == "mime-duplicate-boundary" || code == "mime-empty-boundary") << code;
  }
  EXPECT_TRUE(Parsed("A: " + std::string(999, 'a') + "\n\nb\n").has("mime-header-long-line"));
  EXPECT_TRUE(Parsed("A: b\n\n" + std::string(999, 'a') + "\n").has("mime-long-line"));
}

TEST(Parser, ATextWithoutHeaderIsABody) {
  EXPECT_THAT(Parsed("hello world\nthis is text\n").tree(), ElementsAre("- text/plain [hello world\nthis is text\n]"));
  EXPECT_THAT(Parsed("hello world\n\nmore\n").tree(), ElementsAre("- text/plain [hello world\n\nmore\n]"));
  EXPECT_THAT(Parsed("From me Mon\nA: b\n\nmore\n").tree(), ElementsAre("- text/plain [more\n]"));
  EXPECT_THAT(Parsed("").tree(), ElementsAre("- text/plain []"));
  EXPECT_THAT(Parsed("\n").tree(), ElementsAre("- text/plain []"));
}

TEST(Parser, ADelimiterEndsAHeaderWithoutEmptyLine) {
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=x\nSubject: y\n--x\nContent-Type: text/html\n\none\n--x\nContent-Type: "
      "text/css\n--x--\n");
  EXPECT_THAT(p.tree(), ElementsAre("- multipart/mixed", "0 text/html [one]", "0 text/css []"));
  EXPECT_TRUE(p.has("mime-no-blank-line"));
}

struct AmbiguousCase {
  const char *id, *mail;
};
TEST(Parser, ExtractsEveryReadingAndSaysSo) {
  const AmbiguousCase table[] = {
      {"B-01", "Content-Type: multipart/mixed; boundary=X; boundary=Y\n\n--Y\n\nPAYLOAD\n--Y--\n"},
      {"B-01 swapped",
       "Content-Type: multipart/mixed; boundary=Y; "
       "boundary=X\n\n--X\n\nclean\n--X\n\nmore\n--Y\n\nPAYLOAD\n--Y--\n--X--\n"},
      {"B-02", "Content-Type: multipart/mixed; boundary=X\nContent-Type: text/plain\n\n--X\n\nPAYLOAD\n--X--\n"},
      {"B-02 swapped",
       "Content-Type: text/plain\nCONTENT-TYPE: multipart/mixed; boundary=X\n\n--X\n\nPAYLOAD\n--X--\n"},
      {"B-02 three",
       "Content-Type: text/plain\nContent-Type: text/html\nContent-Type: multipart/mixed; "
       "boundary=X\n\n--X\n\nPAYLOAD\n--X--\n"},
      {"B-04", "Content-Type: multipart/mixed; boundary*0=A; boundary*1=B\n\n--AB\n\nPAYLOAD\n--AB--\n"},
      {"B-04 swapped", "Content-Type: multipart/mixed; boundary*1=B; boundary*0=A\n\n--BA\n\nPAYLOAD\n--BA--\n"},
      {"B-04 twice",
       "Content-Type: multipart/mixed; boundary*0=A; boundary*0=C; boundary*1=B\n\n--CB\n\nPAYLOAD\n--CB--\n"},
      {"B-04 gap", "Content-Type: multipart/mixed; boundary*0=A; boundary*2=B\n\n--A\n\nPAYLOAD\n--A--\n"},
      {"B-04 mixed",
       "Content-Type: multipart/mixed; boundary=P; boundary*0=A; boundary*1=B\n\n--AB\n\nPAYLOAD\n--AB--\n"},
      {"B-06", "Content-Type: multipart/mixed; boundary=\"ab=?us-ascii?Q?c?=\"\n\n--abc\n\nPAYLOAD\n--abc--\n"},
      {"B-07 absent", "Content-Type: multipart/mixed\n\n--Z\nContent-Type: text/plain\n\nPAYLOAD\n--Z--\n"},
      {"B-08 tail", "Content-Type: multipart/mixed; boundary=X\n\n--X\n\nclean\n--Xtail\n\nPAYLOAD\n--X--\n"},
      {"B-08 close tail", "Content-Type: multipart/mixed; boundary=X\n\n--X\n\nPAYLOAD\n--X--tail\nafter\n--X--\n"},
      {"B-08 indented", "Content-Type: multipart/mixed; boundary=X\n\n--X\n\nclean\n --X\n\nPAYLOAD\n--X--\n"},
      {"B-09", "Content-Type: multipart/mixed; boundary='X'\n\n--X\n\nPAYLOAD\n--X--\n"},
      {"B-16", "Content-Type: multipart/mixed; boundary=X\n\n--X\n\nclean\n--X--\n--X\n\nPAYLOAD\n--X--\n"},
      {"B-18", "Content-Type: text/plain; boundary=X\n\n--X\n\nPAYLOAD\n--X--\n"},
      {"C-01", "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n\nUEFZTE9BRA==\n"},
      {"C-01 swapped",
       "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64\n\nUEFZTE9BRA==\n"},
      {"C-02", "Content-Transfer-Encoding: base64;\n\nUEFZTE9BRA==\n"},
      {"C-02 x", "Content-Transfer-Encoding: x-base64\n\nUEFZTE9BRA==\n"},
      {"C-02 list", "Content-Transfer-Encoding: base64, 7bit\n\nUEFZTE9BRA==\n"},
      {"C-02 word", "Content-Transfer-Encoding: =?us-ascii?Q?base64?=\n\nUEFZTE9BRA==\n"}};
  for (const AmbiguousCase& c : table) {
    const Parsed p(c.mail);
    EXPECT_TRUE(p.extracts("PAYLOAD")) << c.id << "\n" << ::testing::PrintToString(p.tree());
    EXPECT_TRUE(p.is_ambiguous()) << c.id << " " << ::testing::PrintToString(p.codes());
  }
}

TEST(Parser, ExtractsWhatStandsOffStage) {
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=X\n\nPREAMBLE\n--X\n\na\n--X--\nGAP\n--X\n\nb\n--X--\nEPILOGUE\n");
  EXPECT_THAT(p.tree(),
              ElementsAre("- multipart/mixed", "0 preamble text/plain [PREAMBLE]", "0 text/plain [a]",
                          "0 gap text/plain [GAP]", "0 text/plain [b]", "0 epilogue text/plain [EPILOGUE\n]"));
}

TEST(Parser, AnEmptyBoundaryIsTwoDashes) {
  EXPECT_TRUE(Parsed("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nPAYLOAD\n----\n").extracts("PAYLOAD"));
}

TEST(Parser, UndeclaredBase64IsDecodedToo) {
  const std::string_view mail = "Content-Type: text/plain\n\nUEFZTE9BRFBBWUxPQURQQVlMT0FEUEFZTE9BRFBBWUxPQUQ=\n";
  const Parsed p(mail);
  EXPECT_TRUE(p.extracts("PAYLOADPAYLOADPAYLOADPAYLOADPAYLOAD"));
  EXPECT_TRUE(p.has("mime-undeclared-base64"));
  const Parsed plain("Content-Transfer-Encoding: base64\n\nThis is plain text, after all.\n");
  EXPECT_TRUE(plain.extracts("This is plain text, after all.\n"));
  EXPECT_TRUE(plain.has("mime-not-base64"));
}

TEST(Parser, AnEncodedMultipartIsOpened) {
  // "--x\n\nPAYLOAD\n--x--\n"
  const Parsed p(
      "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\nLS14CgpQQVlMT0FECi0teC0tCg==\n");
  EXPECT_TRUE(p.extracts("PAYLOAD"));
  EXPECT_TRUE(p.is_ambiguous());
}

TEST(Parser, TheHeaderOfAnEncryptedMailHidesNothing) {
  EXPECT_FALSE(Parsed("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\n\n").has("mime-encrypted"));
  EXPECT_FALSE(Parsed("Content-Type: multipart/encrypted; boundary=x\n\n").has("mime-encrypted"));
}

TEST(Parser, OrdinaryOdditiesAreNotAmbiguous) {
  const char* const table[] = {
      "Content-Type: text/plain\nContent-Transfer-Encoding: 8BIT\n\nThanks\n",
      "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit (plain)\n\ndeadbeefdeadbeefdeadbeefdeadbeefdeadbeef\n",
      "Content-Transfer-Encoding: base64\n\n\nTWFu\nTWFu\n",
      "Content-Transfer-Encoding: base64\n\n",
      "Content-Type: multipart/mixed; boundary=\"X \"\n\n--X \n\na\n--X--\t\n",
      "Content-Type: multipart/mixed; boundary=X\n\n--X\n\n-- \nsignature\n--\nx\n--X--\n",
      ("Content-Type: multipart/mixed; boundary=\"_1\"\n\n--_1\nContent-Type: message/rfc822\n\nContent-Type: "
       "multipart/mixed; boundary=\"_10\"\n\n--_10\n\na\n--_10--\n--_1--\n"),
      "Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/plain; format=flowed\n\n> --X\n--X--\n"};
  for (const char* mail : table)
    EXPECT_FALSE(Parsed(mail).is_ambiguous()) << mail << ::testing::PrintToString(Parsed(mail).codes());
}

// Sizes that would take minutes if the work grew with the square; and the work itself is counted.

std::string nested(int depth) {
  std::string mail;
  for (int i = 0; i < depth; ++i)
    mail +=
        "Content-Type: multipart/mixed; boundary=\"b" + std::to_string(i) + "x\"\n\n--b" + std::to_string(i) + "x\n";
  return mail + "\nleaf\n";
}

TEST(Parser, StopsSplittingAtTheDepthLimit) {
  const Parsed p(nested(100'000));
  EXPECT_TRUE(p.has("mime-depth"));
  EXPECT_FALSE(p.message.complete);
  EXPECT_EQ(p.message.parts.size(), 101u);
  EXPECT_LE(p.message.bytes_walked, 2 * p.mail.size());
  EXPECT_TRUE(Parsed(nested(99)).message.complete);
}

TEST(Parser, StopsAtThePartLimitWithTheRestInOnePiece) {
  std::string mail = "Content-Type: multipart/mixed; boundary=x\n\n";
  for (int i = 0; i < 1'000'000; ++i) mail += "--x\n\n";
  const Parsed p(mail + "--x\n\nPAYLOAD\n--x--\n");
  EXPECT_TRUE(p.has("mime-parts"));
  EXPECT_LE(p.message.parts.size(), 10'010u);
  const Part& rest = p.message.parts.back();
  EXPECT_NE(p.message.raw(rest, p.mail).find("PAYLOAD"), std::string_view::npos);
}

TEST(Parser, HugeHeadersAreReadOnce) {
  std::string fields, parameters = "Content-Type: text/plain", words = "Content-Disposition: attachment; filename=\"";
  for (int i = 0; i < 1'000'000; ++i) fields += "Content-Type: text/plain\n";
  for (int i = 0; i < 1'000'000; ++i) parameters += ";\n name=x";
  for (int i = 0; i < 100'000; ++i) words += "=?utf-8?Q?a?=\n ";
  for (const std::string& header :
       {fields, parameters + "\n", words + "\"\n", "A: " + std::string(20'000'000, 'a') + "\n",
        "Content-Type: text/plain" + std::string(1'000'000, '(') + "\n"}) {
    const Parsed p(header + "\nbody\n");
    EXPECT_EQ(p.message.bytes_walked, p.mail.size());
    EXPECT_TRUE(p.extracts("body\n"));
  }
}

TEST(Parser, SecondReadingsHaveABudget) {
  std::string mail;
  for (int i = 0; i < 90; ++i) {
    const std::string b = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + b + "x; boundary=" + b + "y; boundary=" + b + "z\n\n--" + b +
            "y\n\na\n--" + b + "z\n\nb\n --" + b + "y\n\n--" + b + "x\n";
  }
  for (int i = 0; i < 50'000; ++i) mail += "--b1zz\n\n";
  const Parsed p(mail);
  EXPECT_TRUE(p.has("mime-readings") || p.has("mime-parts"));
  EXPECT_LE(p.message.bytes_walked, 12 * p.mail.size() + 200'000);
}

TEST(Parser, HeadersWithoutEndCannotMakeItReadAgainAndAgain) {
  std::string mail;
  for (int i = 0; i < 99; ++i)
    mail += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "x\n--b" + std::to_string(i) + "x\n";
  mail += std::string(1'000'000, '-');
  const Parsed p(mail);
  EXPECT_LE(p.message.bytes_walked, 12 * p.mail.size() + 200'000);
}

}  // namespace
}  // namespace postern::mime
