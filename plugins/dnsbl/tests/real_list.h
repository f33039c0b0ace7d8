// SPDX-License-Identifier: MIT
// A real name server of lists for tests: rbldnsd, as operators of lists run it, on a loopback port and in a directory
// of its own. It is not in packaging/test-packages.txt, because Debian's package opens port 53 of the machine: who has
// it, or installs it by hand, tests with it.
#pragma once
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace postern::dnsbl {

class RealList {
 public:
  static constexpr const char* program = "/usr/sbin/rbldnsd";

  // "zone:type:file", and what stands in each file.
  RealList(const std::vector<std::string>& zones, const std::map<std::string, std::string>& files) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // it leaves its starter, and is ours to wait for all the same
    char name[] = "/tmp/postern-rbldnsd-XXXXXX";
    if (!::mkdtemp(name)) throw std::runtime_error("mkdtemp");
    directory_ = name;
    ::chmod(name, 0755);  // started as root, it becomes nobody
    for (const auto& [file, text] : files) std::ofstream(directory_ + "/" + file) << text;
    for (int attempt = 0; attempt < 20 && pid_ < 0; ++attempt) start(zones);
    if (pid_ < 0) throw std::runtime_error("rbldnsd does not start");
  }
  ~RealList() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  // It goes to the background when its socket is bound: then its starter ends. Another attempt where the port was taken
  // meanwhile.
  void start(const std::vector<std::string>& zones) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int probe = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("bind");
    port_ = ::ntohs(address.sin_port);
    ::close(probe);
    const std::string listen = "127.0.0.1/" + std::to_string(port_), pid_file = directory_ + "/pid";
    std::vector<const char*> words{program, "-w", directory_.c_str(), "-b", listen.c_str(), "-p", pid_file.c_str()};
    if (::getuid() == 0) words.insert(words.end(), {"-u", "nobody"});
    for (const std::string& zone : zones) words.push_back(zone.c_str());
    words.push_back(nullptr);
    const pid_t starter = ::fork();
    if (starter == 0) {
      if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) ::_exit(126);
      ::execv(program, const_cast<char* const*>(words.data()));
      ::_exit(127);
    }
    int status = 0;
    if (::waitpid(starter, &status, 0) != starter || status != 0) return;
    std::ifstream(pid_file) >> pid_;
  }

  std::string directory_;
  uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace postern::dnsbl
