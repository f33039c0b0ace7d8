// SPDX-License-Identifier: MIT
#include "http.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>

namespace postern::rspamd {
namespace {

namespace http = boost::beast::http;

constexpr uint32_t longest_head = 16 << 10;

std::string one_line(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](unsigned char c) { return c < ' ' || c == 0x7f; });
  return out;
}

}  // namespace

std::string request_head(std::string_view method, std::string_view target, const Fields& fields, size_t body_length) {
  std::string head = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  for (const auto& [name, value] : fields) head += name + ": " + one_line(value) + "\r\n";
  return head + "Content-Length: " + std::to_string(body_length) + "\r\n\r\n";
}

struct ResponseReader::Parser : http::response_parser<http::string_body> {};

ResponseReader::ResponseReader(size_t longest_body) : longest_body_(longest_body), parser_(std::make_unique<Parser>()) {
  parser_->header_limit(longest_head);
  parser_->body_limit(longest_body);
  parser_->eager(true);
}
ResponseReader::~ResponseReader() = default;

bool ResponseReader::put(std::string_view bytes) {
  rest_.append(bytes);
  // The parser looks at a head from its beginning each time, so that it must not be long.
  while (!rest_.empty() && !parser_->is_done()) {
    boost::beast::error_code problem;
    const size_t used = parser_->put(boost::asio::buffer(rest_), problem);
    rest_.erase(0, used);
    if (problem == http::error::need_more) break;
    if (problem) throw BadResponse(problem.message());
    if (parser_->get().body().size() > longest_body_) throw BadResponse("its body is too long");
    if (used == 0) break;
  }
  return parser_->is_done();
}

void ResponseReader::end() {
  if (parser_->is_done()) return;
  boost::beast::error_code problem;
  if (parser_->got_some()) parser_->put_eof(problem);
  if (problem || !parser_->is_done()) throw BadResponse("it is cut off");
}

Response ResponseReader::take() {
  auto message = parser_->release();
  const auto server = message[http::field::server];
  return {message.result_int(), std::string(server.data(), server.size()), std::move(message.body())};
}

}  // namespace postern::rspamd
