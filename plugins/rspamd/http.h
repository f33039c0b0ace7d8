// SPDX-License-Identifier: MIT
// One question and one answer of HTTP/1.1 (RFC 9112), bytes to values and back, without sockets; the parser is Boost.Beast's. An answer
// that is cut, too long or not HTTP is no answer. Errors: BadResponse, with what is wrong.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::rspamd {

struct BadResponse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

// The head of a request whose body has that length; the connection ends with the answer. Characters of values that would end a line are left out.
std::string request_head(std::string_view method, std::string_view target, const Fields& fields, size_t body_length);

struct Response {
  unsigned status = 0;
  std::string server;  // the field Server: name and version
  std::string body;
};

class ResponseReader {
 public:
  explicit ResponseReader(size_t longest_body);
  ~ResponseReader();

  // The next bytes, as they come. True: the answer is complete, and more of it is not wanted.
  bool put(std::string_view bytes);
  // The connection has ended. Only an answer without a length may end by that.
  void end();
  Response take();  // once it is complete

 private:
  struct Parser;
  size_t longest_body_;
  std::unique_ptr<Parser> parser_;
  std::string rest_;  // what the parser wants to see again together with what follows
};

}  // namespace postern::rspamd
