// SPDX-License-Identifier: MIT
// A server for tests on a Unix socket of its own that does what the test says, polite or rude. Each connection gets a thread.
#pragma once
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "daemon.h"

namespace postern::testing {

class StandIn {
 public:
  // One conversation. Where the client has gone, reading gives "".
  class Talk {
   public:
    explicit Talk(int fd) : fd_(fd) {}
    std::string read_until(std::string_view mark);  // with the mark
    std::string read(size_t length);
    bool more();  // one read from the connection into heard(); false: the client has gone, or will say no more
    std::string& heard() { return heard_; }  // what was read from the connection and not handed out
    void say(std::string_view bytes);
    void wait_for_the_end();

   private:
    std::string take(size_t length);
    int fd_;
    std::string heard_;
  };
  using Manners = std::function<void(Talk&)>;

  explicit StandIn(Manners manners);
  ~StandIn();  // ends conversations that still go on
  std::string endpoint() const;
  unsigned connections();

 private:
  void welcome();

  Directory directory_{"stand-in"};
  Manners manners_;
  int listener_;
  std::mutex mutex_;
  unsigned connections_ = 0;
  std::list<int> open_;
  std::list<std::jthread> talks_;
  std::jthread door_;
};

}  // namespace postern::testing
