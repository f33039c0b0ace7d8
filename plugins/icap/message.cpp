// SPDX-License-Identifier: MIT
#include "message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace postern::icap {
namespace {

constexpr size_t longest_head = 32 << 10, longest_line = 4 << 10, most_fields = 200;
constexpr uint64_t most_trailers = 50;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view take_piece(std::string_view& rest, char end) {
  const size_t at = rest.find(end);
  const std::string_view piece = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return piece;
}

// "ICAP/1.0 204 Unmodified"
unsigned status_of(std::string_view line, std::string_view protocol) {
  line = trimmed(line);
  if (!line.starts_with(protocol)) throw BadAnswer("it does not speak " + std::string(protocol.substr(0, 4)));
  const size_t blank = line.find(' ');
  const auto status = blank == std::string_view::npos ? std::nullopt : number<unsigned>(line.substr(blank + 1, 3));
  if (!status || *status < 100 || *status > 599 || (line.size() > blank + 4 && line[blank + 4] != ' ')) throw BadAnswer("its status line has no status");
  return *status;
}

Fields fields_of(std::string_view head) {
  Fields fields;
  while (!head.empty()) {
    const std::string_view line = take_piece(head, '\n');
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
      if (fields.empty()) throw BadAnswer("its first field has no name");
      fields.back().second += "\n" + std::string(trimmed(line));
      continue;
    }
    const std::string_view text = trimmed(line);
    if (text.empty()) continue;
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) throw BadAnswer("a field of its answer has no name");
    if (fields.size() >= most_fields) throw BadAnswer("its answer has too many fields");
    fields.emplace_back(lower(text.substr(0, colon)), std::string(trimmed(text.substr(colon + 1))));
  }
  return fields;
}

// "/": what an HTTP server would have been asked for.
std::string http_head(Method method, uint64_t body_size) {
  const std::string length = "Content-Type: application/octet-stream\r\nContent-Length: " + std::to_string(body_size) + "\r\n\r\n";
  if (method == Method::reqmod) return "POST http://localhost/part HTTP/1.1\r\nHost: localhost\r\n" + length;
  return "HTTP/1.1 200 OK\r\n" + length;
}

std::string head_line(std::string_view method, const Service& service) {
  return std::string(method) + " icap://" + service.host + "/" + service.path + " ICAP/1.0\r\nHost: " + service.host + "\r\nUser-Agent: Postern\r\n";
}

}  // namespace

std::string options_request(const Service& service) { return head_line("OPTIONS", service) + "Encapsulated: null-body=0\r\n\r\n"; }

std::string scan_request(const Service& service, Method method, uint64_t body_size, int64_t preview) {
  const std::string http = http_head(method, body_size);
  std::string head = head_line(method == Method::respmod ? "RESPMOD" : "REQMOD", service) + "Allow: 204\r\n";
  if (preview >= 0) head += "Preview: " + std::to_string(preview) + "\r\n";
  if (method == Method::reqmod)
    return head + "Encapsulated: req-hdr=0, req-body=" + std::to_string(http.size()) + "\r\n\r\n" + http;
  const std::string asked = "GET http://localhost/part HTTP/1.1\r\nHost: localhost\r\n\r\n";
  return head + "Encapsulated: req-hdr=0, res-hdr=" + std::to_string(asked.size()) + ", res-body=" + std::to_string(asked.size() + http.size()) + "\r\n\r\n" + asked +
         http;
}

std::string chunk_head(size_t size) {
  std::array<char, 16> digits{};
  const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
  return std::string(digits.data(), end) + "\r\n";
}

const std::string* Answer::field(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

bool AnswerReader::put(std::string_view bytes) {
  has_begun_ = has_begun_ || !bytes.empty();
  buffer_.append(bytes);
  while (state_ != State::done && step()) continue;
  buffer_.erase(0, std::exchange(at_, 0));
  return state_ == State::done;
}

bool AnswerReader::step() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  std::string_view line;
  switch (state_) {
    case State::head: {
      const size_t end = rest.find("\r\n\r\n");
      if (end == std::string_view::npos) {
        constexpr std::string_view begins = "ICAP/1.";
        if (!rest.starts_with(begins.substr(0, std::min(begins.size(), rest.size())))) throw BadAnswer("it does not speak ICAP");
        if (rest.size() > longest_head) throw BadAnswer("the head of its answer has no end");
        return false;
      }
      if (end > longest_head) throw BadAnswer("the head of its answer is too long");
      at_ += end + 4;
      read_head(rest.substr(0, end + 2));
      return true;
    }
    case State::http_head:
      if (rest.size() < http_head_size_) return false;
      at_ += http_head_size_;
      read_http_head(rest.substr(http_response_at_, http_head_size_ - http_response_at_));
      state_ = answer_.has_body ? State::chunk_size : State::done;
      return true;
    case State::chunk_size: {
      if (!take_line(&line)) return false;
      const auto size = number<uint64_t>(trimmed(line.substr(0, line.find(';'))), 16);
      if (!size || *size > uint64_t{1} << 40) throw BadAnswer("a chunk of its answer has no size");
      chunk_left_ = *size;
      state_ = *size > 0 ? State::chunk : State::trailer;
      return true;
    }
    case State::chunk: {
      if (rest.empty()) return false;
      const size_t n = static_cast<size_t>(std::min<uint64_t>(chunk_left_, rest.size()));
      compare(rest.substr(0, n));
      at_ += n;
      chunk_left_ -= n;
      if (chunk_left_ == 0) state_ = State::chunk_end;
      return true;
    }
    case State::chunk_end:
      if (!take_line(&line)) return false;
      if (!line.empty()) throw BadAnswer("a chunk of its answer is longer than it claims");
      state_ = State::chunk_size;
      return true;
    case State::trailer:
      if (!take_line(&line)) return false;
      if (++trailers_ > most_trailers) throw BadAnswer("its answer does not end");
      if (!line.empty()) return true;
      answer_.is_same_body = !differs_ && body_read_ == sent_.size();
      state_ = State::done;
      return true;
    case State::done:
      return false;
  }
  return false;
}

void AnswerReader::read_head(std::string_view head) {
  answer_.status = status_of(take_piece(head, '\n'), "ICAP/1.0");
  answer_.fields = fields_of(head);
  if (const std::string* connection = answer_.field("connection")) answer_.keeps_connection = lower(*connection).find("close") == std::string::npos;
  const std::string* encapsulated = answer_.field("encapsulated");
  if (!encapsulated) {
    if (answer_.status == 200 || answer_.status == 201) throw BadAnswer("it does not say what its answer holds");
    state_ = State::done;
    return;
  }
  // "res-hdr=0, res-body=131": where each of them begins, in rising order; the last one is the body, or says that there is none.
  std::optional<uint64_t> before;
  bool is_last = false;
  for (std::string_view rest = *encapsulated; !rest.empty();) {
    std::string_view entry = take_piece(rest, ',');
    const std::string name = lower(trimmed(take_piece(entry, '=')));
    const auto offset = number<uint64_t>(trimmed(entry));
    if (!offset || *offset > longest_head || (before && *offset < *before) || (!before && *offset != 0) || is_last)
      throw BadAnswer("what it says about its answer's parts cannot be");
    before = offset;
    if (name == "res-hdr") answer_.has_http_response = true, http_response_at_ = *offset;
    else if (name.ends_with("-body")) is_last = true, answer_.has_body = name != "null-body";
    else if (name != "req-hdr") throw BadAnswer("its answer holds something unknown");
    http_head_size_ = *offset;
  }
  if (!is_last) throw BadAnswer("it does not say what its answer holds");
  state_ = http_head_size_ > 0 ? State::http_head : answer_.has_body ? State::chunk_size : State::done;
}

void AnswerReader::read_http_head(std::string_view head) {
  if (answer_.has_http_response) answer_.http_status = status_of(head.substr(0, head.find('\n')), "HTTP/1.");
}

bool AnswerReader::take_line(std::string_view* line) {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  const size_t end = rest.find("\r\n");
  if (end == std::string_view::npos && rest.size() <= longest_line) return false;
  if (end > longest_line) throw BadAnswer("a line of its answer is too long");
  *line = rest.substr(0, end);
  at_ += end + 2;
  return true;
}

void AnswerReader::compare(std::string_view bytes) {
  differs_ = differs_ || body_read_ + bytes.size() > sent_.size() || sent_.substr(static_cast<size_t>(body_read_), bytes.size()) != bytes;
  body_read_ += bytes.size();
  if (body_read_ > 4 * sent_.size() + (16 << 20)) throw BadAnswer("its answer does not end");
}

Abilities abilities_of(const Answer& answer) {
  Abilities can;
  if (const std::string* methods = answer.field("methods")) {
    can.methods_known = true;
    can.respmod = lower(*methods).find("respmod") != std::string::npos;
    can.reqmod = lower(*methods).find("reqmod") != std::string::npos;
  }
  if (const std::string* allow = answer.field("allow")) can.allows_204 = allow->find("204") != std::string::npos;
  if (const std::string* preview = answer.field("preview"))
    if (const auto size = number<int64_t>(*preview)) can.preview = *size;
  if (const std::string* service = answer.field("service")) can.service = *service;
  if (const std::string* tag = answer.field("istag")) can.tag = *tag;
  return can;
}

}  // namespace postern::icap
