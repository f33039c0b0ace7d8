// SPDX-License-Identifier: MIT
// One question and one answer of HTTP/1.1 (RFC 9112), bytes to values and back, without sockets (stream.h has those).
// An answer that is cut, too long or not HTTP is no answer. Errors: BadHttpResponse, with what is wrong.
// The parser is Boost.Beast's, in headers only: who includes this file, and nobody else, needs Boost (Debian:
// libboost-dev; in CMake Boost::headers).
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace postern::support {

struct BadHttpResponse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using HttpFields = std::vector<std::pair<std::string, std::string>>;

// The head of a request whose body has that length, in bytes; the connection ends with the answer. Characters of values
// that would end a line are left out.
inline std::string http_request_head(std::string_view method, std::string_view target, const HttpFields& fields,
                                     uint64_t body_length) {
  std::string head = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  head += "Connection: close\r\n";
  for (const auto& [name, value] : fields) {
    head += name + ": ";
    for (const char c : value)
      if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) head += c;
    head += "\r\n";
  }
  return head + "Content-Length: " + std::to_string(body_length) + "\r\n\r\n";
}

struct HttpResponse {
  unsigned status = 0;
  std::string server;  // the field Server: name and version
  std::string body;
};

class HttpResponseReader {
 public:
  // longest_body: in bytes; a longer one is no answer.
  explicit HttpResponseReader(size_t longest_body) : longest_body_(longest_body) {
    parser_.header_limit(longest_head);
    parser_.body_limit(longest_body);
    parser_.eager(true);
  }

  // The next bytes, as they come. True: the answer is complete, and more of it is not wanted.
  bool put(std::string_view bytes) {
    rest_.append(bytes);
    // The parser looks at a head from its beginning each time, so that it must not be long.
    while (!rest_.empty() && !parser_.is_done()) {
      boost::beast::error_code problem;
      const size_t used = parser_.put(boost::asio::buffer(rest_), problem);
      rest_.erase(0, used);
      if (problem == boost::beast::http::error::need_more) break;
      if (problem) throw BadHttpResponse(problem.message());
      if (parser_.get().body().size() > longest_body_) throw BadHttpResponse("its body is too long");
      if (used == 0) break;
    }
    return parser_.is_done();
  }

  // The connection has ended. Only an answer without a length may end by that.
  void end() {
    if (parser_.is_done()) return;
    boost::beast::error_code problem;
    if (parser_.got_some()) parser_.put_eof(problem);
    if (problem || !parser_.is_done()) throw BadHttpResponse("it is cut off");
  }

  // Once it is complete.
  HttpResponse take() {
    auto message = parser_.release();
    const auto server = message[boost::beast::http::field::server];
    return {message.result_int(), std::string(server.data(), server.size()), std::move(message.body())};
  }

 private:
  static constexpr uint32_t longest_head = 16 << 10;

  size_t longest_body_;
  boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
  std::string rest_;  // what the parser wants to see again together with what follows
};

}  // namespace postern::support
