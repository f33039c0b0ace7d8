// SPDX-License-Identifier: MIT
#include "message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::icap {
namespace {

using ::testing::HasSubstr;

// As c-icap 0.5.10 answers.
const std::string unmodified = "ICAP/1.0 204 Unmodified\r\nServer: C-ICAP/0.5.10\r\nConnection: keep-alive\r\nISTag: \"CI0001-L5Ck\"\r\n\r\n";
const std::string http = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 5\r\nVia: ICAP/1.0 vm (C-ICAP/0.5.10)\r\n\r\n";
const std::string same = "ICAP/1.0 200 OK\r\nConnection: keep-alive\r\nEncapsulated: res-hdr=0, res-body=" + std::to_string(http.size()) + "\r\n\r\n" + http + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
const std::string options =
    "ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nService: C-ICAP/0.5.10 server - Antivirus service\r\nISTag: \"CI0001-L5Ck\"\r\nTransfer-Preview: *\r\n"
    "Options-TTL: 3600\r\nPreview: 1024\r\nAllow: 204\r\nEncapsulated: null-body=0\r\n\r\n";

// In pieces of that size.
Answer read(const std::string& bytes, size_t piece = 1 << 20, std::string_view sent = "hello") {
  AnswerReader reader(sent);
  for (size_t at = 0; at < bytes.size(); at += piece)
    if (reader.put(std::string_view(bytes).substr(at, piece))) return reader.answer();
  throw BadAnswer("cut");
}

TEST(IcapAnswer, IsReadHoweverItsBytesCome) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, size_t{1} << 20}) {
    EXPECT_EQ(read(unmodified, piece).status, 204u);
    EXPECT_TRUE(read(unmodified, piece).keeps_connection);
    const Answer back = read(same, piece);
    EXPECT_EQ(back.status, 200u);
    EXPECT_EQ(back.http_status, 200u);
    EXPECT_TRUE(back.is_same_body);
    EXPECT_FALSE(read(same, piece, "hellO").is_same_body);
    EXPECT_FALSE(read(same, piece, "hello!").is_same_body);
    EXPECT_FALSE(read(same, piece, "hell").is_same_body);
    const Abilities can = abilities_of(read(options, piece));
    EXPECT_TRUE(can.methods_known && can.respmod && can.reqmod && can.allows_204);
    EXPECT_EQ(can.preview, 1024);
    EXPECT_EQ(can.tag, "\"CI0001-L5Ck\"");
  }
}

TEST(IcapAnswer, FoldedFieldsStayOne) {
  const Answer answer = read("ICAP/1.0 200 OK\r\nX-Violations-Found: 1\r\n\tfile\r\n\tEvil\r\n\t0\r\n\t2\r\nEncapsulated: null-body=0\r\n\r\n");
  ASSERT_TRUE(answer.field("x-violations-found"));
  EXPECT_EQ(*answer.field("x-violations-found"), "1\nfile\nEvil\n0\n2");
}

TEST(IcapAnswer, TellsWhereTheConnectionEnds) {
  EXPECT_FALSE(read("ICAP/1.0 404 Service not found\r\nConnection: close\r\n\r\n").keeps_connection);
  AnswerReader reader("hello");
  EXPECT_TRUE(reader.put(unmodified + "ICAP/1.0 204"));
  EXPECT_TRUE(reader.has_surplus());
}

TEST(IcapAnswer, ThatIsCutAnywhereIsNone) {
  for (const std::string& whole : {unmodified, same, options})
    for (size_t n = 0; n < whole.size(); ++n) EXPECT_THROW(read(whole.substr(0, n)), BadAnswer) << n;
}

std::string with(const std::string& encapsulated) { return "ICAP/1.0 200 OK\r\nEncapsulated: " + encapsulated + "\r\n\r\n" + http + "5\r\nhello\r\n0\r\n\r\n"; }

TEST(IcapAnswer, ThatIsNotExactIsNone) {
  const std::string n = std::to_string(http.size());
  for (const std::string& bad : std::vector<std::string>{
        std::string("HTTP/1.1 200 OK\r\n\r\n"), std::string("220 smtp\r\n"), std::string("\0\0\0\0\0\0\0\0", 8), std::string("ICAP/1.0 2x4 No\r\n\r\n"), std::string("ICAP/1.0 99 No\r\n\r\n"),
        std::string("ICAP/1.0 2004 No\r\n\r\n"), std::string("ICAP/1.0 204\r\n folded\r\n\r\n"), std::string("ICAP/1.0 204 Ok\r\nno colon\r\n\r\n"),
        std::string("ICAP/1.0 200 OK\r\n\r\n"), with(""), with("res-hdr=0"), with("res-hdr=4, res-body=" + n), with("res-hdr=0, res-body=-1"), with("res-hdr=0, res-body=2"),
        with("res-hdr=0, res-body=99999999"), with("res-body=0, res-hdr=" + n), with("opt-thing=0, res-body=" + n),
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nzz\r\n", "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nffffffffffffffff\r\n", "ICAP/1.0 204 OK\r\nX: " + std::string(100'000, 'x')}) {
    EXPECT_THROW(read(bad), BadAnswer) << bad.substr(0, 100);
    EXPECT_THROW(read(bad, 1), BadAnswer) << bad.substr(0, 100);
  }
}

TEST(IcapRequest, IsAsTheStandardWantsIt) {
  const Service service{"127.0.0.1:1344", "avscan"};
  EXPECT_EQ(options_request(service), "OPTIONS icap://127.0.0.1:1344/avscan ICAP/1.0\r\nHost: 127.0.0.1:1344\r\nUser-Agent: Postern\r\nEncapsulated: null-body=0\r\n\r\n");
  for (const Method method : {Method::respmod, Method::reqmod}) {
    const std::string request = scan_request(service, method, 7, 3);
    EXPECT_THAT(request, HasSubstr("\r\nAllow: 204\r\nPreview: 3\r\n"));
    EXPECT_THAT(request, HasSubstr("Content-Length: 7\r\n\r\n"));
    // The offsets lead to where the parts begin.
    const size_t inner = request.find("\r\n\r\n") + 4;
    const std::string body = method == Method::respmod ? "res-body=" : "req-body=";
    EXPECT_EQ(inner + std::stoul(request.substr(request.find(body) + body.size())), request.size());
    if (method == Method::respmod) {
      EXPECT_EQ(request.substr(inner + std::stoul(request.substr(request.find("res-hdr=") + 8)), 15), "HTTP/1.1 200 OK");
    }
  }
  EXPECT_EQ(scan_request(service, Method::reqmod, 7, -1).find("Preview"), std::string::npos);
  EXPECT_EQ(chunk_head(4096), "1000\r\n");
}

}  // namespace
}  // namespace postern::icap
