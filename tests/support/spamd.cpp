// SPDX-License-Identifier: MIT
#include "support/spamd.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "postern/support/stream.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

constexpr const char* spamd = "/usr/sbin/spamd";

constexpr const char* rules =
    "util_rb_tld org com\nuse_bayes 0\nrequired_score 5\nbody TESTS_FOX /quick brown fox/\nscore TESTS_FOX 0.5\n"
    "report Content analysis details: (_SCORE_ points, _REQD_ required)\n";

}  // namespace

bool Spamd::is_installed() {
  return ::access(spamd, X_OK) == 0;
}

Spamd::Spamd() : directory_("spamd") {
  ::chmod(directory_.path().c_str(), 0777);  // as root its children are nobody
  directory_.file("rules/10_tests.cf", rules);
  directory_.file("site/check.pre", "loadplugin Mail::SpamAssassin::Plugin::Check\n");
  start();
}

Spamd::~Spamd() {
  if (process_ && process_->is_running()) kill();
}

void Spamd::start() {
  if (process_ && process_->is_running()) return;
  const std::string home = directory_.path();
  process_ = std::make_unique<Process>(std::vector<std::string>{
      spamd, "--socketpath=" + socket(), "--socketmode=0666", "--max-children=4", "--min-children=2", "--min-spare=2",
      "--syslog=stderr", "--helper-home-dir=" + home, "--nouser-config", "--local", "--configpath=" + home + "/rules",
      "--siteconfigpath=" + home + "/site"});
  const auto until = support::Deadline::in(patient(std::chrono::seconds(60)));
  while (!answers()) {
    if (until.passed() || !process_->is_running())
      throw std::runtime_error("spamd does not start: " + process_->output() + process_->log());
    ::usleep(10000);
  }
}

bool Spamd::answers() const {
  try {
    const auto until = support::Deadline::in(std::chrono::seconds(2));
    support::Stream stream = support::Stream::connect(*support::Endpoint::parse("unix:" + socket()), until);
    stream.write("PING SPAMC/1.5\r\n\r\n", until);
    return stream.read_until('\n', 200, until).find("PONG") != std::string::npos;
  } catch (const support::StreamError&) {
    return false;
  }
}

void Spamd::signal_all(int number) const {
  const std::vector<pid_t> children = children_of(process_->pid());
  process_->signal(number);  // first, so that it does not replace the others
  for (const pid_t child : children) ::kill(child, number);
}

void Spamd::kill() {
  signal_all(SIGKILL);
  process_->wait(std::chrono::seconds(10));
}
void Spamd::freeze() {
  signal_all(SIGSTOP);
}
void Spamd::thaw() {
  signal_all(SIGCONT);
}
void Spamd::reload() {
  process_->signal(SIGHUP);
}

}  // namespace postern::testing
