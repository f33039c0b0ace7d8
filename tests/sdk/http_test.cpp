// SPDX-License-Identifier: MIT
#include <postern/support/http.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::support {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string with_length =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nServer: rspamd/3.4\r\nContent-Length: 6\r\n\r\npong\r\n";
const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\npon\r\n3\r\ng\r\n\r\n0\r\n\r\n";

// As one piece, or a byte at a time; then the connection ends.
HttpResponse read(const std::string& bytes, bool by_bytes, size_t longest = 100) {
  HttpResponseReader reader(longest);
  bool is_done = false;
  if (by_bytes)
    for (size_t i = 0; i < bytes.size() && !is_done; ++i) is_done = reader.put({&bytes[i], 1});
  else
    is_done = reader.put(bytes);
  if (!is_done) reader.end();
  return reader.take();
}

TEST(Http, AnAnswerIsReadHoweverItsBytesCome) {
  for (const std::string& bytes : {with_length, chunked, std::string("HTTP/1.1 200 OK\r\n\r\npong\r\n")})
    for (const bool by_bytes : {false, true}) {
      const HttpResponse response = read(bytes, by_bytes);
      EXPECT_EQ(response.status, 200u);
      EXPECT_EQ(response.body, "pong\r\n") << bytes;
    }
  EXPECT_EQ(read(with_length, true).server, "rspamd/3.4");
  EXPECT_EQ(read("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}", false).status, 401u);
}

TEST(Http, AnAnswerThatIsCutIsNone) {
  for (const std::string& bytes : {with_length, chunked})
    for (size_t n = 0; n < bytes.size(); ++n) {
      EXPECT_THROW(read(bytes.substr(0, n), false), BadHttpResponse) << n;
      EXPECT_THROW(read(bytes.substr(0, n), true), BadHttpResponse) << n;
    }
}

TEST(Http, WhatIsNotHttpOrTooLongIsNone) {
  for (const std::string& bytes :
       {std::string("SPAMD/1.1 0 EX_OK\r\n\r\n"), std::string("220 smtp\r\n"), std::string("\0\0\0", 3),
        std::string("HTTP/1.1 abc OK\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n") + std::string(101, 'x'),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("HTTP/1.1 200 OK\r\n\r\n") + std::string(101, 'x'),
        "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')}) {
    EXPECT_THROW(read(bytes, false), BadHttpResponse) << bytes.substr(0, 60);
    EXPECT_THROW(read(bytes, true), BadHttpResponse) << bytes.substr(0, 60);
  }
}

TEST(Http, AValueCannotEndItsLine) {
  const HttpFields fields{{"Helo", "mx\r\nX-Evil: 1"}, {"From", "<j\xc3\xb6rg@example.org>"}};
  const std::string head = http_request_head("POST", "/checkv2", fields, 7);
  EXPECT_THAT(head, HasSubstr("POST /checkv2 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nHelo: mxX-Evil: 1\r\nFrom: <j\xc3\xb6rg@example.org>\r\nContent-Length: 7\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("\r\nX-Evil")));
}

}  // namespace
}  // namespace postern::support
