// SPDX-License-Identifier: MIT
#include "connection.h"

#include <algorithm>

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
  stream_.write(scan_request(service, method, body.size(), preview), deadline);
  exchange.saw_all = send(body.substr(0, first), deadline);
  if (exchange.saw_all) stream_.write(preview >= 0 && is_all ? last_of_a_preview_with_all : last_chunk, deadline);
  exchange.answer = receive(reader, deadline);
  if (exchange.answer.status == go_on) {
    if (is_all || preview < 0) throw support::StreamError(stream_.peer() + " wants more than there is");
    AnswerReader final(body);
    exchange.saw_all = send(body.substr(first), deadline);
    if (exchange.saw_all) stream_.write(last_chunk, deadline);
    exchange.answer = receive(final, deadline);
    if (exchange.answer.status == go_on) throw support::StreamError(stream_.peer() + " wants more than there is");
  }
  usable_ = usable_ && exchange.saw_all && exchange.answer.keeps_connection;
  return exchange;
}

// In chunks. False: the server has begun to answer, or has hung up, before all was sent; what it says then is still to be read.
bool Connection::send(std::string_view bytes, const support::Deadline& deadline) {
  while (!bytes.empty()) {
    if (stream_.is_stale()) return false;
    const std::string_view chunk = bytes.substr(0, one_chunk);
    try {
      std::string text = chunk_head(chunk.size());
      stream_.write(text.append(chunk).append("\r\n"), deadline);
    } catch (const support::StreamTimeout&) {
      throw;
    } catch (const support::StreamError&) {
      return false;
    }
    bytes.remove_prefix(chunk.size());
  }
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
