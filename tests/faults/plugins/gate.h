// SPDX-License-Identifier: MIT
// A gate in a file that a test and a plug-in both map: the plug-in says "I am here" and waits until the test opens it.
// So a test can strike while a scan or a decoder is under way, without guessing at times. Works in the cage too: the
// mapping is older than the cage.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace postern::faults {

class Gate {
 public:
  // Made where it is not there yet, for whoever the daemon's processes run as. Without a path: nobody else's.
  explicit Gate(const std::string& path) {
    const int fd = path.empty() ? -1 : file(path);
    void* at =
        ::mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
    if (fd >= 0) ::close(fd);
    if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category(), path);
    state_ = static_cast<State*>(at);
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() { ::munmap(state_, sizeof(State)); }

  // The plug-in's side.
  void enter() {
    ++state_->entered;
    while (!state_->open) ::poll(nullptr, 0, 2);
  }

  // The test's side.
  void open() { state_->open = 1; }
  void close() { state_->open = 0; }
  uint32_t entered() const { return state_->entered; }
  bool await_entered(uint32_t times) const;  // in house.cpp; false where it takes too long

 private:
  struct State {
    std::atomic<uint32_t> entered, open;
  };

  static int file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct stat status {};
    if (fd < 0 || ::fstat(fd, &status) != 0) throw std::system_error(errno, std::generic_category(), path);
    if (status.st_size > 0) return fd;
    ::fchmod(fd, 0666);  // whatever the umask was
    if (::ftruncate(fd, sizeof(State)) != 0) throw std::system_error(errno, std::generic_category(), path);
    return fd;
  }

  State* state_ = nullptr;
};

}  // namespace postern::faults
