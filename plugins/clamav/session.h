// SPDX-License-Identifier: MIT
// One zIDSESSION connection to clamd: pieces go out pipelined, each gets its verdict. It stays open from mail to mail.
// Failures are StreamError and its kinds; after one the session must be thrown away, but verdicts already written
// stand.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include <postern/support/deadline.h>
#include <postern/support/stream.h>

#include "pieces.h"

namespace postern::clamav {

class Session {
 public:
  Session(const support::Endpoint& endpoint, const support::Deadline& deadline);

  // Gives every piece without a verdict one. False: clamd ends the session after what it has answered (a stream over
  // its limit); the rest needs another one.
  bool examine(std::vector<Piece>& pieces, const support::Deadline& deadline);
  // False: clamd has ended or closed it, or says what nobody asked for.
  bool is_usable() const { return !ended_ && !stream_.is_stale(); }

 private:
  void send(const Piece& piece, const support::Deadline& deadline);
  void receive(const support::Deadline& deadline);

  support::Stream stream_;
  uint32_t sent_ = 0;
  std::map<uint32_t, Piece*> waiting_;  // by id
  bool ended_ = false;
};

}  // namespace postern::clamav
