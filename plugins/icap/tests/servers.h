// SPDX-License-Identifier: MIT
// ICAP servers for tests: what a stand-in reads, and Debian's c-icap with the service virus_scan in front of a clamd.
#pragma once
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clamd.h"
#include "support/daemon.h"
#include "support/stand_in.h"

namespace postern::icap {

// Up to the end of the body, or of a preview; "" when the client has gone.
inline std::string read_request(testing::StandIn::Talk& talk) {
  std::string& all = talk.heard();
  for (;;) {
    const size_t head = all.find("\r\n\r\n");
    const bool has_body = head != std::string::npos && all.substr(0, head).find("-body=") != std::string::npos && all.substr(0, head).find("null-body") == std::string::npos;
    size_t end = has_body ? all.find("\r\n0\r\n\r\n") : head;
    size_t length = has_body ? 7 : 4;
    if (has_body && end == std::string::npos) end = all.find("\r\n0; ieof\r\n\r\n"), length = 13;
    if (end != std::string::npos && head != std::string::npos) return talk.read(end + length);
    if (!talk.more()) return {};
  }
}

class RealServer {
 public:
  static constexpr const char* program = "/usr/bin/c-icap";
  static bool is_installed() { return ::access(program, X_OK) == 0 && ::access("/usr/lib/x86_64-linux-gnu/c_icap/virus_scan.so", R_OK) == 0; }

  RealServer() : port_(testing::free_port()) {
    ::chmod(directory_.path().c_str(), 0777);  // started as root, it becomes nobody
    const std::string d = directory_.path(), as = ::getuid() == 0 ? "User nobody\nGroup nogroup\n" : "";
    const std::string file = directory_.file(
        "c-icap.conf", "PidFile " + d + "/pid\nCommandsSocket " + d + "/control\nPort 127.0.0.1:" + std::to_string(port_) + "\nTmpDir " + d +
                           "\nStartServers 1\nMaxServers 2\nThreadsPerChild 4\nKeepAliveTimeout 30\nModulesDir /usr/lib/x86_64-linux-gnu/c_icap\n"
                           "ServicesDir /usr/lib/x86_64-linux-gnu/c_icap\nTemplateDir /usr/share/c_icap/templates/\nLoadMagicFile /etc/c-icap/c-icap.magic\nServerLog " +
                           d + "/log\nAccessLog " + d + "/access\n" + as +
                           "Module common clamd_mod.so\nService echo srv_echo.so\nService virus_scan virus_scan.so\n"
                           "virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE\nvirus_scan.MaxObjectSize 100M\nvirus_scan.DefaultEngine clamd\n"
                           "clamd_mod.ClamdSocket " + clamd_.socket() + "\n");
    process_ = std::make_unique<testing::Process>(std::vector<std::string>{program, "-f", file, "-N"});
    const auto until = support::Deadline::in(std::chrono::seconds(20));
    while (!until.passed()) {
      try {
        support::Stream::connect(*support::Endpoint::parse(endpoint()), until);
        return;
      } catch (const support::StreamError&) {
        ::usleep(20'000);
      }
    }
    throw std::runtime_error("c-icap does not start: " + process_->output());
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
  testing::Clamd& clamd() { return clamd_; }

 private:
  testing::Directory directory_{"c-icap"};
  testing::Clamd clamd_;
  uint16_t port_;
  std::unique_ptr<testing::Process> process_;
};

}  // namespace postern::icap
