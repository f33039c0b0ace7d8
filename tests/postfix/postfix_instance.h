// SPDX-License-Identifier: MIT
// A real Postfix for a test: the installed programs with a configuration, queue and log of their own in a private
// directory, on loopback ports, without chroot and DNS. What main.cf and master.cf say beyond an ordinary site comes
// in; mail for example.test goes to a final next hop. Started by "postfix start" when constructed, ended by "postfix
// stop" when destructed. Postfix's master starts only as root. Errors: std::runtime_error with what was waited for and
// the log.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "support/daemon.h"

namespace postern::testing {

struct PostfixSetup {
  // Lines as documented, with port 10024 for the filter and 10025 for the second entrance.
  std::string main_cf, master_cf;
  uint16_t filter_port, reentry_port, final_port;
};

class PostfixInstance {
 public:
  explicit PostfixInstance(const PostfixSetup& setup);
  ~PostfixInstance();
  PostfixInstance(const PostfixInstance&) = delete;

  // Why there can be none on this machine; nothing when there can.
  static std::optional<std::string> obstacle();

  uint16_t port() const { return port_; }  // the first entrance, of 127.0.0.1

  // As a program of this machine sends mail, by the command sendmail. Content of at most what a pipe holds.
  void sendmail(const std::string& sender, const std::string& recipient, const std::string& content) const;

  // What Postfix finds wrong with its configuration: parameters it does not know, values it does not understand.
  std::string complaints() const;

  std::string log() const;
  // The first line of the log, after its first `from` bytes, that holds a match; throws after limit.
  std::string wait_for_log(const std::string& pattern, size_t from = 0, Time limit = std::chrono::seconds(30)) const;

  std::vector<nlohmann::json> queue() const;  // as "postqueue -j" tells
  void flush() const;                         // delivery of all is tried now
  void wait_for_empty_queue(Time limit = std::chrono::seconds(30)) const;
  // Mail that waited for something that is there again: tried until the queue is empty.
  void flush_until_empty(Time limit = std::chrono::seconds(40)) const;
  std::string queue_file(const std::string& queue_id) const;  // as "postcat -q" tells

 private:
  std::string main_cf(const PostfixSetup& setup) const;
  std::string master_cf(const PostfixSetup& setup) const;
  std::string tell(const std::string& program, std::vector<std::string> words) const;
  [[noreturn]] void fail(const std::string& what) const;

  Directory directory_;
  uint16_t port_;
};

}  // namespace postern::testing
