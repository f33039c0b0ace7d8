// SPDX-License-Identifier: MIT
// The plug-in's answers to whole parts, through its C interface. The source of the plug-in is compiled in.
#include "plugin.cpp"

#include <gmock/gmock.h>
#include <postern/testing.hpp>

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Opened {
  std::vector<std::string> children, findings;
  postern_rc rc = POSTERN_OK;
};

Opened opened(const std::string& bytes, const std::string& type = "text/plain") {
  postern::testing::Host host;
  host.part(bytes).type(type).detected(type);
  const auto result = host.run<Encoded>();
  Opened o;
  o.rc = result.rc;
  for (const postern_part child : result.children) {
    const auto node = host.node(child);
    o.children.push_back(node.role() + (node.role().empty() ? "" : " ") + node.encoding() + " " + node.name() + " [" +
                         std::string(node.bytes()) + "]");
  }
  for (const auto& f : result.findings)
    if (f.name != "encoded-file") o.findings.push_back(std::to_string(f.category) + " " + f.name);
  return o;
}

TEST(Encoded, DecodesUuencode) {
  const Opened o = opened("begin 644 a.txt\n#86)C\n#86)C\n`\nend\n");
  EXPECT_THAT(o.children, ElementsAre("x-uuencode a.txt [abcabc]"));
  EXPECT_THAT(o.findings, IsEmpty());
}

TEST(Encoded, LostBlanksAreZeros) {
  EXPECT_THAT(opened("begin 644 a\n#86)C\n&86)C\n`\nend\n").children,
              ElementsAre("x-uuencode a [abcabc\0\0\0]"s, "reading x-uuencode a [abcabc]"));
  EXPECT_THAT(opened("begin 644 a\n$86)C9\n`\nend\n").children, ElementsAre("x-uuencode a [abcd]"));
}

TEST(Encoded, LinesThatLieHaveTwoReadings) {
  const Opened o = opened("begin 644 a\n#86)C\n!86)C86)C86)C\n`\nend\n");
  EXPECT_THAT(o.children, ElementsAre("x-uuencode a [abca]", "reading x-uuencode a [abcabcabcabc]"));
  EXPECT_THAT(o.findings, ElementsAre("12 encoded-line-lengths"));
}

TEST(Encoded, JunkIsLeftOutAndTold) {
  const Opened o = opened("begin 644 a\n#86)C\nwhat is this?\n#86)C\n");
  EXPECT_THAT(o.children, ElementsAre("x-uuencode a [abcabc]"));
  EXPECT_THAT(o.findings, ElementsAre("9 encoded-no-end", "9 encoded-damaged"));
}

TEST(Encoded, DecodesXxencodeBase64AndYenc) {
  EXPECT_THAT(opened("begin 644 a\n1MK7X\n+\nend\n").children, ElementsAre("x-xxencode a [abc]"));
  EXPECT_THAT(opened("begin-base64 644 a\nYWJj\n====\n").children, ElementsAre("base64 a [abc]"));
  EXPECT_THAT(opened("=ybegin line=128 size=3 name=a\n\x8b\x8c=\x7d\n=yend size=3\n").children,
              ElementsAre("x-yenc a [ab\x13]"));
}

TEST(Encoded, HtmlIsReadAsItStandsAndAsItIsShown) {
  EXPECT_THAT(opened("<p>begin 644 a<br>#86)C<br>`<br>end</p>", "text/html").children,
              ElementsAre("x-uuencode a [abc]"));
  EXPECT_THAT(opened("<pre>\nbegin 644 a\n#86)C\n`\nend\n</pre>", "text/html").children,
              ElementsAre("x-uuencode a [abc]"));
}

std::string binhex(const std::string& file) {
  static constexpr char digits[] = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
  std::string out = "(This file must be converted with BinHex 4.0)\n\n:";
  unsigned group = 0, bits = 0;
  for (const char c : file) {
    group = (group << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) out += digits[group >> (bits - 6) & 63];
  }
  if (bits > 0) out += digits[group << (6 - bits) & 63];
  return out + ":\n";
}

TEST(Encoded, BinHexHasTwoForksAndRuns) {
  const std::string head =
      "\x01"
      "a\0TEXTttxt\0\0"s;
  EXPECT_THAT(opened(binhex(head + "\0\0\0\x06\0\0\0\x03"s +
                            "cc"
                            "x\x90\x04yz"
                            "cc"
                            "rsr"
                            "cc"))
                  .children,
              ElementsAre("x-binhex a [xxxxyz]", "resource-fork x-binhex a [rsr]"));
  EXPECT_THAT(opened(binhex(head + "\0\0\0\x03\0\0\0\0"s +
                            "cc"
                            "\x90\0ab"s +
                            "cc"))
                  .children,
              ElementsAre("x-binhex a [\x90"
                          "ab]"));
  const Opened cut = opened(binhex(head + "\0\0\1\0\0\0\0\0"s +
                                   "cc"
                                   "abc"));
  EXPECT_THAT(cut.children, ElementsAre("x-binhex a [abc]"));
  EXPECT_THAT(cut.findings, ElementsAre("9 encoded-damaged"));
  EXPECT_THAT(opened(binhex("")).findings, ElementsAre("9 encoded-damaged"));
}

constexpr std::string_view pgp_message_bytes =
    "\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd2\x05\x01"
    "abcd";

TEST(Encoded, ArmoredMessagesAreChildren) {
  const Opened o = opened(
      "Hello\n-----BEGIN PGP MESSAGE-----\nVersion: x\n\nYWJj\nYWJj\n=abcd\n-----END PGP MESSAGE-----\n"
      "-----BEGIN PGP MESSAGE-----\nYWJj\n-----END PGP MESSAGE-----\n"
      " -----BEGIN PGP MESSAGE-----\n\nAAAA\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n");
  EXPECT_THAT(o.children, ElementsAre("base64  [abcabc]", "base64  [abc]"));
  EXPECT_THAT(o.findings, IsEmpty());
  EXPECT_THAT(opened("<p>-----BEGIN PGP MESSAGE-----<br><br>YWJj<br>=abcd</p>", "text/html").children,
              ElementsAre("base64  [abc]"));
}

TEST(Encoded, EncryptedMessagesAreMarked) {
  const std::string message(pgp_message_bytes);
  for (const char* type : {"application/octet-stream", "application/pgp-encrypted", "application/x-pgp-message"})
    EXPECT_THAT(opened(message, type).findings, ElementsAre("6 encoded-pgp-encrypted")) << type;
  EXPECT_THAT(opened("\xa3\x01x", "application/octet-stream").findings, IsEmpty());
  EXPECT_THAT(opened("\xa3\x01x", "application/x-pgp-message").findings, ElementsAre("13 encoded-pgp-compressed"));
}

TEST(Pgp, BelievesFewBytesOnlyWhereItIsDeclared) {
  using encoded::pgp_content, encoded::PgpContent;
  const std::string message(pgp_message_bytes), keys = message.substr(0, 15), data = message.substr(15);
  EXPECT_EQ(pgp_content(message, false), PgpContent::encrypted);
  EXPECT_EQ(pgp_content(data, false), PgpContent::encrypted) << "it ends where it says";
  EXPECT_EQ(pgp_content(data + "x", false), PgpContent::none);
  EXPECT_EQ(pgp_content(keys, true), PgpContent::encrypted);
  EXPECT_EQ(pgp_content(keys, false), PgpContent::none);
  EXPECT_EQ(pgp_content("\xC9\x03"
                        "abc",
                        true),
            PgpContent::encrypted);
  EXPECT_EQ(pgp_content("\xC9\x03"
                        "abc",
                        false),
            PgpContent::none);
  for (const std::string_view other :
       {""sv, "x"sv, "\x85"sv, "\x8c\x0d"sv, "\xC1\x03\x04zz"sv, "\xC1\xFF\xFF\xFF\xFF\xFF"sv, "\x99\x01\x8d\x04"sv,
        "\xCB\x03"
        "abc"sv,
        "\xD2\x03\x07zz"sv})
    for (const bool is_declared : {false, true}) EXPECT_EQ(pgp_content(other, is_declared), PgpContent::none) << other;
}

TEST(Encoded, AppleFilesHaveForks) {
  const std::string head = "\0\x05\x16\x07\0\x02\0\0"s + std::string(16, '\0');
  const auto entry = [](char id, char at, char length) { return "\0\0\0"s + id + "\0\0\0"s + at + "\0\0\0"s + length; };
  const Opened o = opened(head + "\0\3"s + entry(2, 62, 3) + entry(3, 65, 1) + entry(1, 66, 4) + "rsrndata",
                          "application/applefile");
  EXPECT_THAT(o.children, ElementsAre("resource-fork  n [rsr]", " n [data]"));
  EXPECT_THAT(opened(head + "\0\2"s + entry(1, 38, 9) + "da", "application/applefile").findings,
              ElementsAre("9 apple-file-damaged"));
  std::string many = head + "\xff\xff";
  for (int i = 0; i < 70'000; ++i) many += entry(1, 0, 9);
  const Opened limited = opened(many, "application/applefile");
  EXPECT_EQ(limited.children.size(), 8u);
  EXPECT_EQ(limited.rc, POSTERN_PARTIAL);
}

TEST(Encoded, ProseIsLeftAlone) {
  EXPECT_THAT(opened("begin 644 file.txt\nis how uuencode begins.\n").children, IsEmpty());
  EXPECT_THAT(opened("").children, IsEmpty());
}

}  // namespace
