// SPDX-License-Identifier: MIT
#include "session.h"

namespace postern::clamav {
namespace {

// Answers wait in the socket while we write; clamd gives up on a client that lets them pile up.
constexpr size_t window = 16;

}  // namespace

Session::Session(const support::Endpoint& endpoint, const support::Deadline& deadline)
    : stream_(support::Stream::connect(endpoint, deadline)) {
  stream_.write(begin_session, deadline);
}

bool Session::examine(std::vector<Piece>& pieces, const support::Deadline& deadline) {
  for (Piece& piece : pieces) {
    if (piece.verdict) continue;
    while (waiting_.size() >= window && !ended_) receive(deadline);
    if (ended_) return false;
    waiting_[++sent_] = &piece;
    try {
      send(piece, deadline);
    } catch (const support::StreamTimeout&) {
      throw;
    } catch (const support::StreamError&) {
      // clamd may have said why it hung up in the middle of a stream.
      while (!ended_) receive(deadline);
    }
  }
  stream_.expect_the_last();
  while (!waiting_.empty() && !ended_) receive(deadline);
  if (ended_) return waiting_.empty();
  if (stream_.has_unread()) throw support::StreamError(stream_.peer() + " gave more answers than questions");
  return true;
}

void Session::send(const Piece& piece, const support::Deadline& deadline) {
  if (piece.fd >= 0) return stream_.write_with_fd(scan_descriptor, piece.fd, deadline);
  const std::string length = chunk_length(static_cast<uint32_t>(piece.bytes.size())), end = chunk_length(0);
  stream_.write_all({scan_stream, length, piece.bytes, end}, deadline);
}

void Session::receive(const support::Deadline& deadline) {
  const std::string line = stream_.read_until('\0', longest_reply, deadline);
  const std::optional<Reply> reply = parse_reply(line);
  if (!reply) throw support::StreamError(stream_.peer() + " does not answer as clamd does");
  const auto asked = waiting_.find(reply->id);
  if (asked == waiting_.end()) throw support::StreamError(stream_.peer() + " answers what was not asked");
  asked->second->verdict = reply->verdict;
  asked->second->text = reply->text;
  waiting_.erase(asked);
  ended_ = reply->verdict == Verdict::size_limit;
}

}  // namespace postern::clamav
