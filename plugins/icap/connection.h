// SPDX-License-Identifier: MIT
// A connection to an ICAP server that stays open from part to part. Errors: StreamError and its kinds (postern/support/stream.h); after one
// it must be thrown away.
#pragma once
#include <optional>
#include <string_view>

#include <postern/support/deadline.h>
#include <postern/support/stream.h>

#include "message.h"

namespace postern::icap {

class Connection {
 public:
  Connection(const support::Endpoint& endpoint, const support::Deadline& deadline) : stream_(support::Stream::connect(endpoint, deadline)) {}

  Answer options(const Service& service, const support::Deadline& deadline);

  struct Exchange {
    Answer answer;
    bool saw_all = false;  // the whole body was sent, or the server was asked to decide by its preview
  };
  // preview: as in scan_request().
  Exchange scan(const Service& service, Method method, std::string_view body, int64_t preview, const support::Deadline& deadline);

  bool is_usable() const { return usable_ && !stream_.is_stale(); }

 private:
  Exchange trade(std::string_view head, std::string_view bytes, std::string_view end, std::string_view whole_body,
                 const support::Deadline& deadline);
  bool receive(AnswerReader& reader, const support::Deadline& deadline);
  bool read(AnswerReader& reader, std::string_view bytes);

  support::Stream stream_;
  bool usable_ = true;
};

}  // namespace postern::icap
