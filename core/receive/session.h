// SPDX-License-Identifier: MIT
// One connection: moves bytes between a socket and the SMTP server machine, content into the spool, complete mails into the queue, and
// their outcomes back. Everything that can go wrong here ends as a 4xx or a closed connection, never as a 2xx. [reception]
#pragma once
#include <utility>

#include <boost/asio.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/sealed_file.h"
#include "receive/mail_queue.h"
#include "receive/settings.h"
#include "smtp/server.h"

namespace postern::receive {

class Session final : public smtp::ServerEvents, public std::enable_shared_from_this<Session> {
 public:
  struct House {  // what all sessions share; outlives them
    boost::asio::io_context& loop;
    const Settings& settings;
    MailQueue& queue;
    Counters& counters;
    uint64_t sequence = 0;  // of mails, for the log id
    bool draining = false;
  };

  Session(House& house, const Listener& listener, int fd, std::string peer);
  ~Session() override;

  void start();
  void refuse(const mail::Reply& reply);  // instead of start()
  void drain();                           // end at the next chance: at once when nothing is under way

 private:
  // smtp::ServerEvents
  std::optional<mail::Reply> begin_content(const mail::Envelope& envelope) override;
  bool content(std::string_view bytes) override;
  void end_content() override;
  void abort_content() override;

  void wait_for_input();
  void read_some();
  void flush();                 // writes what the machine wants to say; goes on by itself when the socket is full
  void after_exchange();        // what to wait for now
  void arm_timer();
  void timed_out();
  void lost();
  void close();
  void submit();
  void done(const Result& result);
  void tally(const Result& result);

  House& house_;
  Counters& counters_;  // outlives the house, for the last session out
  const Listener& listener_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::string peer_;
  smtp::Server server_;
  std::string out_;
  std::unique_ptr<base::SealedFile> spool_;
  std::optional<uint64_t> ticket_;      // of the mail being examined
  size_t recipients_ = 0;               // of it
  mail::Protocol protocol_ = mail::Protocol::smtp;
  support::Deadline transaction_end_;   // of the dialogue and content of one transaction
  bool reading_ = false, writing_ = false, closed_ = false;
};

}  // namespace postern::receive
