// SPDX-License-Identifier: MIT
// ICAP/1.0 (RFC 3507), bytes to values and back, without sockets: requests that carry a part as the body of an HTTP message, and the
// server's answer, as its bytes come. Whatever is not exact throws BadAnswer.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::icap {

struct BadAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Service {
  std::string host;  // for Host and the URI; of a Unix socket "localhost"
  std::string path;  // "avscan?mode=simple"
};

enum class Method { respmod, reqmod };

std::string options_request(const Service& service);
// All in front of the body's first chunk. preview: bytes of it that are sent at first; negative: all of it at once.
std::string scan_request(const Service& service, Method method, uint64_t body_size, int64_t preview);
std::string chunk_head(size_t size);  // "1000\r\n"; behind the chunk comes "\r\n"
inline constexpr std::string_view last_chunk = "0\r\n\r\n", last_of_a_preview_with_all = "0; ieof\r\n\r\n";

using Fields = std::vector<std::pair<std::string, std::string>>;  // names in lower case; lines of a folded value joined by "\n"

struct Answer {
  unsigned status = 0;
  Fields fields;
  unsigned http_status = 0;      // of the HTTP message inside; 0: a request, or none
  bool has_http_response = false;
  bool has_body = false;
  bool is_same_body = false;     // it is byte for byte what we sent
  bool keeps_connection = true;
  const std::string* field(std::string_view name) const;  // the first
};

class AnswerReader {
 public:
  // sent: the body that an unmodified answer brings back; lent until the answer is complete.
  explicit AnswerReader(std::string_view sent) : sent_(sent) {}
  // True: the answer is complete. What follows it belongs to nobody.
  bool put(std::string_view bytes);
  const Answer& answer() const { return answer_; }
  bool has_begun() const { return has_begun_; }
  bool has_surplus() const { return state_ == State::done && !buffer_.empty(); }

 private:
  enum class State { head, http_head, chunk_size, chunk, chunk_end, trailer, done };
  bool step();  // false: more bytes are needed
  void read_head(std::string_view head);
  void read_http_head(std::string_view head);
  bool take_line(std::string_view* line);
  void compare(std::string_view bytes);

  std::string_view sent_;
  Answer answer_;
  State state_ = State::head;
  std::string buffer_;
  size_t at_ = 0;  // of buffer_, what has been read
  bool has_begun_ = false;
  uint64_t http_head_size_ = 0, http_response_at_ = 0, chunk_left_ = 0, trailers_ = 0;
  uint64_t body_read_ = 0;
  bool differs_ = false;
};

// What the answer to OPTIONS says about the service.
struct Abilities {
  bool methods_known = false, respmod = false, reqmod = false;
  bool allows_204 = false;
  int64_t preview = -1;  // -1: none is wanted
  std::string service, tag;
};
Abilities abilities_of(const Answer& answer);

}  // namespace postern::icap
