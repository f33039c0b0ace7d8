// SPDX-License-Identifier: MIT
#include "connection.h"

#include <algorithm>
#include <vector>

namespace postern::icap {
namespace {

constexpr size_t one_chunk = 64 << 10;
constexpr unsigned go_on = 100;

}  // namespace

Answer Connection::options(const Service& service, const support::Deadline& deadline) {
  stream_.write(options_request(service), deadline);
  AnswerReader reader({});
  while (!receive(reader, deadline)) continue;
  return reader.answer();
}

Connection::Exchange Connection::scan(const Service& service, Method method, std::string_view body, int64_t preview,
                                      const support::Deadline& deadline) {
  const bool has_preview = preview >= 0;
  const size_t first = has_preview ? std::min(body.size(), static_cast<size_t>(preview)) : body.size();
  const bool is_all = first == body.size();
  Exchange exchange = trade(scan_request(service, method, body.size(), preview), body.substr(0, first),
                            has_preview && is_all ? last_of_a_preview_with_all : last_chunk, body, deadline);
  if (exchange.answer.status == go_on && has_preview && !is_all && exchange.saw_all)
    exchange = trade({}, body.substr(first), last_chunk, body, deadline);
  if (exchange.answer.status == go_on) throw support::StreamError(stream_.peer() + " wants more than there is");
  usable_ = usable_ && exchange.saw_all && exchange.answer.keeps_connection;
  return exchange;
}

// Sends what it is given in chunks and receives the answer, which may begin, and even end, before all was sent.
Connection::Exchange Connection::trade(std::string_view head, std::string_view bytes, std::string_view end,
                                       std::string_view whole_body, const support::Deadline& deadline) {
  const bool is_all_there_is = bytes.end() == whole_body.end();
  const std::string full = chunk_head(one_chunk), rest = chunk_head(bytes.size() % one_chunk);
  std::vector<std::string_view> pieces{head};
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), one_chunk))) {
    pieces.push_back(bytes.size() >= one_chunk ? full : rest);
    pieces.push_back(bytes.substr(0, one_chunk));
    pieces.push_back("\r\n");
  }
  pieces.push_back(end);
  AnswerReader reader(whole_body);
  bool is_complete = false;
  const bool saw_all =
      stream_.write_all(pieces, deadline, [&](std::string_view heard) { return !(is_complete = read(reader, heard)); });
  if (is_all_there_is) stream_.expect_the_last();
  while (!is_complete) is_complete = receive(reader, deadline);
  return {reader.answer(), saw_all};
}

bool Connection::receive(AnswerReader& reader, const support::Deadline& deadline) {
  char bytes[16384];
  const size_t n = stream_.read(bytes, sizeof bytes, deadline);
  if (n == 0)
    throw support::StreamError(stream_.peer() + " closed the connection " +
                               (reader.has_begun() ? "in the middle of its answer" : "before answering"));
  return read(reader, {bytes, n});
}

// True: the answer is complete.
bool Connection::read(AnswerReader& reader, std::string_view bytes) {
  try {
    if (!reader.put(bytes)) return false;
  } catch (const BadAnswer& e) {
    throw support::StreamError(stream_.peer() + " does not answer as ICAP servers do: " + e.what());
  }
  usable_ = usable_ && reader.answer().keeps_connection && !reader.has_surplus();
  return true;
}

}  // namespace postern::icap
