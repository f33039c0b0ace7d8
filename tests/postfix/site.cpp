// SPDX-License-Identifier: MIT
#include "postfix/site.h"

#include "postfix/document.h"

namespace postern::testing {
namespace {

const char* const policy_banks = R"(
[policy-bank.laboratory]
when = { client = ["192.0.2.66"] }
virus = { action = "pass", quarantine = false }
banned-rules = []
[policy-bank.partner]
when = { client = ["192.0.2.67"] }
virus = { action = "discard", quarantine = true }
)";

PostfixSetup documented_setup(Way way) {
  PostfixSetup setup{};
  switch (way) {
    case Way::after_queue_lmtp:
      setup.main_cf = documented("after-queue-lmtp main.cf");
      setup.master_cf = documented("after-queue-lmtp master.cf") + documented("after-queue-reentry master.cf");
      break;
    case Way::after_queue_smtp:
      setup.main_cf = documented("after-queue-smtp main.cf");
      setup.master_cf = documented("after-queue-smtp master.cf") + documented("after-queue-reentry master.cf");
      break;
    case Way::before_queue:
      setup.master_cf = documented("before-queue master.cf") + documented("before-queue-local master.cf") +
                        documented("after-queue-lmtp master.cf");
      break;
  }
  return setup;
}

// The documented file, taken apart: what stands in its listener besides the address, and the tables after it.
void read_postern_lines(const std::string& text, DaemonOptions& options) {
  const size_t tables = text.find("\n[policy]");
  const std::string listener = text.substr(0, tables);
  const size_t keys = listener.find('\n', listener.find("\naddress ") + 1);
  options.listener = listener.substr(keys + 1) + "\n";
  options.extra = text.substr(tables + 1);
}

}  // namespace

Site::Site(Way way) {
  PostfixSetup setup = documented_setup(way);
  if (way == Way::before_queue) {
    read_postern_lines(documented("before-queue postern.toml"), options_);
    options_.extra += documented("before-queue-local postern.toml");
  }
  options_.next_hop = "smtp:[127.0.0.1]:" + std::to_string(reentry_port_);
  options_.clamd = clamd.socket();
  options_.extra += policy_banks;
  options_.port = free_port();
  start_postern();
  setup.filter_port = options_.port;
  setup.reentry_port = reentry_port_;
  setup.final_port = destination.port();
  postfix_ = std::make_unique<PostfixInstance>(setup);
}

void Site::start_postern() {
  postern_ = std::make_unique<Daemon>(options_);
  postern_->wait_for_scanners();
}

void Site::mend() {
  destination.behaves();
  clamd.start();
  if (!postern_->is_running()) start_postern();
  postern_->wait_for_scanners();
  if (!postfix_->queue().empty()) postfix_->flush_until_empty();
  destination.forget();
}

void Site::stop_postern() {
  postern_->stop();
}

Client Site::client_from(const std::string& name, const std::string& address, const std::string& helo) const {
  Client one = client();
  one.greets();
  one.says("XCLIENT NAME=" + name + " ADDR=" + address);
  one.hears("220");
  one.says("EHLO " + helo);
  one.hears("250");
  return one;
}

}  // namespace postern::testing
