// SPDX-License-Identifier: MIT
#include "support/clamd.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <stdexcept>

#include "postern/support/stream.h"
#include "support/samples.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

constexpr const char* clamd = "/usr/sbin/clamd";

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) out += {digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
  return out;
}

}  // namespace

Clamd::Clamd(const std::string& more_configuration) {
  if (::access(clamd, X_OK) != 0) throw std::runtime_error("these tests need clamd: apt-get install clamav-daemon");
  ::chmod(directory_.path().c_str(), 0777);  // as root we run it as nobody
  directory_.file("clamd.conf", "Foreground yes\nLocalSocket " + socket() +
                                    "\nLocalSocketMode 666\nFixStaleSocket yes\nTemporaryDirectory " +
                                    directory_.path().string() + "\nDatabaseDirectory " + database(directory_) +
                                    "\nMaxThreads 8\nIdleTimeout 5\nAlertExceedsMax yes\nMaxFileSize "
                                    "100M\nMaxScanSize 100M\nStreamMaxLength 100M\n" + more_configuration);
  start();
}

Clamd::~Clamd() = default;

Clamd& Clamd::shared() {
  static Clamd one;
  return one;
}

std::string Clamd::database(const Directory& directory) {
  // name:target type (any):offset (start):the bytes
  directory.file("db/test.ndb", "Eicar-Test-Signature:0:0:" + hex(eicar()) + "\n");
  return directory.file("db/test.hdb", "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n"),
         directory.path() / "db";
}

void Clamd::start() {
  if (is_running()) return;
  process_ = std::make_unique<Process>(
      std::vector<std::string>{clamd, "--config-file=" + (directory_.path() / "clamd.conf").string()},
      ProcessOptions{::geteuid() == 0 ? "nobody" : "", {}});
  const auto until = support::Deadline::in(patient(std::chrono::seconds(60)));
  while (!answers()) {
    if (until.passed() || !is_running())
      throw std::runtime_error("clamd does not start: " + process_->output() + process_->log());
    ::usleep(10000);
  }
}

std::string Clamd::ask(std::string_view command) const {
  const auto until = support::Deadline::in(std::chrono::seconds(2));
  support::Stream stream = support::Stream::connect(*support::Endpoint::parse("unix:" + socket()), until);
  stream.write("z" + std::string(command) + '\0', until);
  return stream.read_until('\0', 100, until);
}

bool Clamd::answers() const {
  try {
    return ask("PING") == "PONG";
  } catch (const support::StreamError&) {
    return false;
  }
}

void Clamd::reload(size_t more_signatures) {
  std::string lines;
  char line[96];
  for (size_t i = 0; i < more_signatures; ++i) {
    std::snprintf(line, sizeof line, "%032zx:%zu:Nothing.%zu\n", i * 0x9e3779b97f4a7c15, 4097 + i % 100, i);
    lines += line;
  }
  directory_.file("db/more.hdb", lines);
  ++reloads_;
  EXPECT_EQ(ask("RELOAD"), "RELOADING");
}

bool Clamd::is_reloaded() const {
  const std::string said = process_->log() + process_->output();
  size_t times = 0;
  for (size_t at = 0; (at = said.find("Database correctly reloaded", at)) != std::string::npos; ++at) ++times;
  return times >= reloads_;
}

void Clamd::kill() {
  if (!process_) return;
  process_->signal(SIGKILL);
  process_->wait(std::chrono::seconds(10));
}

void Clamd::freeze() {
  process_->signal(SIGSTOP);
}
void Clamd::thaw() {
  process_->signal(SIGCONT);
}

}  // namespace postern::testing
