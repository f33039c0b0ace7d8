// SPDX-License-Identifier: MIT
// The plug-in's answers to whole parts, through its C interface. The source of the plug-in is compiled in.
#include "plugin.cpp"

#include <gmock/gmock.h>
#include <postern/testing.hpp>

namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string der(int tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 128) return out + static_cast<char>(content.size()) + content;
  return out + '\x84' +
         std::string{static_cast<char>(content.size() >> 24), static_cast<char>(content.size() >> 16),
                     static_cast<char>(content.size() >> 8), static_cast<char>(content.size())} +
         content;
}
std::string indefinite(int tag, const std::string& content) {
  return std::string(1, static_cast<char>(tag)) + '\x80' + content + "\0\0"s;
}
const std::string pkcs7_prefix = "\x2a\x86\x48\x86\xf7\x0d\x01\x07",
                  smime_prefix = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01";
std::string oid(const std::string& prefix, char last) {
  return der(0x06, prefix + last);
}
std::string info(const std::string& string) {
  return der(0x30, oid(pkcs7_prefix, 1) + (string.empty() ? "" : der(0xA0, string)));
}
std::string signed_data(const std::string& string) {
  return der(0x30, oid(pkcs7_prefix, 2) +
                       der(0xA0, der(0x30, der(2, "\1") + indefinite(0x31, indefinite(0x30, oid(pkcs7_prefix, 9))) +
                                               info(string) + der(0xA0, der(0x30, "certificate")) + der(0x31, ""))));
}

struct Opened {
  std::vector<std::string> children, findings;
  postern_rc rc = POSTERN_OK;
};

Opened opened(const std::string& bytes) {
  postern::testing::Host host;
  host.part(bytes).type("application/pkcs7-mime");
  const auto result = host.run<Pkcs7>();
  Opened o;
  o.rc = result.rc;
  for (const postern_part child : result.children)
    o.children.push_back(host.node(child).type() + " [" + std::string(host.node(child).bytes()) + "]");
  for (const auto& f : result.findings) o.findings.push_back(std::to_string(f.category) + " " + f.name);
  return o;
}

const std::string entity = "Content-Type: text/plain\r\n\r\nhello\r\n";

TEST(Pkcs7, UnwrapsSignedData) {
  const Opened o = opened(signed_data(der(4, entity)));
  EXPECT_THAT(o.children, ElementsAre("message/rfc822 [" + entity + "]"));
  EXPECT_THAT(o.findings, IsEmpty());
  EXPECT_EQ(o.rc, POSTERN_OK);
  EXPECT_THAT(opened(signed_data(der(4, "%PDF-1.4"))).children, ElementsAre(" [%PDF-1.4]"));
  EXPECT_THAT(opened(signed_data(der(4, ""))).children, IsEmpty());
}

TEST(Pkcs7, PutsPiecesTogether) {
  std::string pieces;
  for (const char c : entity) pieces += der(4, std::string(1, c));
  EXPECT_THAT(opened(signed_data(indefinite(0x24, pieces))).children, ElementsAre("message/rfc822 [" + entity + "]"));
  EXPECT_THAT(opened(signed_data(der(0x24, indefinite(0x24, pieces) + der(4, "more")))).children,
              ElementsAre("message/rfc822 [" + entity + "more]"));
  const std::string large(300'000, 'x');
  EXPECT_THAT(opened(signed_data(der(0x24, der(4, "a") + der(4, large) + der(4, "b")))).children,
              ElementsAre(" [a" + large + "b]"));
}

TEST(Pkcs7, ReadsBase64AndPem) {
  const std::string coded = "MIAGCSqGSIb3DQEHAaCABAVoZWxsbwAAAAA=";  // data "hello", indefinite
  EXPECT_THAT(opened(coded).children, ElementsAre(" [hello]"));
  EXPECT_THAT(opened("-----BEGIN PKCS7-----\n" + coded + "\n-----END PKCS7-----\n").children, ElementsAre(" [hello]"));
}

TEST(Pkcs7, ADetachedSignatureHasNoContent) {
  const Opened o = opened(signed_data(""));
  EXPECT_THAT(o.children, IsEmpty());
  EXPECT_THAT(o.findings, IsEmpty());
}

TEST(Pkcs7, EncryptedDataIsSaidToBe) {
  for (const std::string& type :
       {oid(pkcs7_prefix, 3), oid(pkcs7_prefix, 4), oid(pkcs7_prefix, 6), oid(smime_prefix, 23)})
    EXPECT_THAT(opened(der(0x30, type + der(0xA0, der(0x30, der(2, "\2"))))).findings,
                ElementsAre("6 pkcs7-encrypted"));
}

TEST(Pkcs7, InflatesCompressedData) {
  std::string packed(1000, '\0');
  uLongf size = packed.size();
  ASSERT_EQ(::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(entity.data()),
                       entity.size()),
            Z_OK);
  packed.resize(size);
  const auto message = [](const std::string& bytes) {
    return der(0x30, oid(smime_prefix, 9) +
                         der(0xA0, der(0x30, der(2, "\0"s) + der(0x30, oid(smime_prefix, 8)) + info(der(4, bytes)))));
  };
  EXPECT_THAT(opened(message(packed)).children, ElementsAre("message/rfc822 [" + entity + "]"));
  const Opened cut = opened(message(packed.substr(0, packed.size() - 8)));
  EXPECT_THAT(cut.findings, ElementsAre("9 pkcs7-damaged"));
  EXPECT_EQ(cut.rc, POSTERN_PARTIAL);
}

TEST(Pkcs7, KeepsWhatIsThereOfACutMessage) {
  const std::string whole = signed_data(der(4, std::string(1000, 'x')));
  const Opened o = opened(whole.substr(0, 500));
  ASSERT_EQ(o.children.size(), 1u);
  EXPECT_EQ(o.rc, POSTERN_PARTIAL);
  EXPECT_THAT(o.findings, ElementsAre("9 pkcs7-damaged"));
}

TEST(Pkcs7, AMillionPiecesAndADeepNestAreBounded) {
  std::string pieces, nest = der(4, "x");
  for (int i = 0; i < 300'000; ++i) pieces += "\x04\x01y";
  EXPECT_EQ(opened(signed_data(indefinite(0x24, pieces))).children.front().size(), 300'000u + 3);
  EXPECT_EQ(opened(signed_data(std::string(200'000, '\x24'))).rc, POSTERN_PARTIAL);
  for (int i = 0; i < 1000; ++i) nest = indefinite(0x24, nest);
  EXPECT_EQ(opened(signed_data(nest)).rc, POSTERN_PARTIAL);
}

TEST(Pkcs7, OtherBytesAreNotItsBusiness) {
  for (const std::string& bytes :
       {""s, "0"s, "MZ this is a program"s, "0\x82\x01\x01"s, "Hello"s, "M"s, std::string(1000, '0')}) {
    const Opened o = opened(bytes);
    EXPECT_THAT(o.children, IsEmpty());
    EXPECT_THAT(o.findings, IsEmpty());
  }
}

}  // namespace
