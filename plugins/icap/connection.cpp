// SPDX-License-Identifier: MIT
#include "connection.h"

#include <algorithm>
#include <utility>

namespace postern::icap {
namespace {

constexpr size_t one_chunk = 64 << 10;
constexpr unsigned go_on = 100;

}  // namespace

Answer Connection::options(const Service& service, const support::Deadline& deadline) {
  stream_.write(options_request(service), deadline);
  AnswerReader reader({});
  return receive(reader, deadline);
}

Connection::Exchange Connection::scan(const Service& service, Method method, std::string_view body, int64_t preview, const support::Deadline& deadline) {
  Exchange exchange;
  AnswerReader reader(body);
  const size_t first = preview < 0 ? body.size() : std::min(body.size(), static_cast<size_t>(preview));
  const bool is_all = first == body.size();
  exchange.saw_all = send(scan_request(service, method, body.size(), preview), body.substr(0, first), preview >= 0 && is_all ? last_of_a_preview_with_all : last_chunk, deadline);
  exchange.answer = receive(reader, deadline);
  if (exchange.answer.status == go_on) {
    if (is_all || preview < 0) throw support::StreamError(stream_.peer() + " wants more than there is");
    AnswerReader final(body);
    exchange.saw_all = send({}, body.substr(first), last_chunk, deadline);
    exchange.answer = receive(final, deadline);
    if (exchange.answer.status == go_on) throw support::StreamError(stream_.peer() + " wants more than there is");
  }
  usable_ = usable_ && exchange.saw_all && exchange.answer.keeps_connection;
  return exchange;
}

// In chunks, the first with the head, the last with the end. False: the server has begun to answer, or has hung up, before all was sent;
// what it says then is still to be read.
bool Connection::send(std::string_view head, std::string_view bytes, std::string_view end, const support::Deadline& deadline) {
  bool is_first = true;
  do {
    if (!std::exchange(is_first, false) && stream_.is_stale()) return false;
    const std::string_view chunk = bytes.substr(0, one_chunk);
    bytes.remove_prefix(chunk.size());
    const std::string size = chunk.empty() ? "" : chunk_head(chunk.size());
    try {
      stream_.write_all({std::exchange(head, {}), size, chunk, chunk.empty() ? "" : "\r\n", bytes.empty() ? end : ""}, deadline);
    } catch (const support::StreamTimeout&) {
      throw;
    } catch (const support::StreamError&) {
      return false;
    }
  } while (!bytes.empty());
  return true;
}

Answer Connection::receive(AnswerReader& reader, const support::Deadline& deadline) {
  try {
    char bytes[16384];
    for (;;) {
      const size_t n = stream_.read(bytes, sizeof bytes, deadline);
      if (n == 0) throw support::StreamError(stream_.peer() + " closed the connection " + (reader.has_begun() ? "in the middle of its answer" : "before answering"));
      if (!reader.put({bytes, n})) continue;
      usable_ = usable_ && reader.answer().keeps_connection && !reader.has_surplus();
      return reader.answer();
    }
  } catch (const BadAnswer& e) {
    throw support::StreamError(stream_.peer() + " does not answer as ICAP servers do: " + e.what());
  }
}

}  // namespace postern::icap
