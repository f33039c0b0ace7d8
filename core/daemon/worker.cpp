// SPDX-License-Identifier: MIT
#include "daemon/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>

#include "base/failure.h"
#include "base/log.h"
#include "daemon/crash.h"
#include "daemon/mail_journal.h"
#include "daemon/memory_limit.h"
#include "filter/corridor.h"
#include "notify/notices.h"
#include "plugin/job.h"
#include "receive/job.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::milliseconds notice_time{20000};
constexpr std::chrono::milliseconds grace{3000};  // past its deadline, before the worker is killed with its mail

// A notice as a notifier sees it: facts, and the mail as its only part is not shown to it.
class NoticeView final : public plugin::JobView {
 public:
  NoticeView(const mail::Notice& notice, support::Deadline deadline) : notice_(notice), deadline_(deadline) {
    part_.path = "0";
    part_.detected_type = "application/x-empty";
  }
  const support::Deadline& deadline() const override { return deadline_; }
  uint32_t part_count() const override { return 1; }
  const mail::Part& part(uint32_t) const override { return part_; }
  std::string_view bytes(uint32_t) const override { return {}; }
  uint32_t child_count(uint32_t) const override { return 0; }
  uint32_t child(uint32_t, uint32_t) const override { return 0; }
  int descriptor(uint32_t) override { return -1; }
  bool fact(std::string_view name, uint32_t nth, std::string* value) const override {
    for (const auto& [key, text] : notice_.facts) {
      if (key != name || nth-- > 0) continue;
      *value = text;
      return true;
    }
    return false;
  }
  void finding(mail::Finding) override {}
  void note(uint32_t, std::string_view, std::string_view) override {}

 private:
  const mail::Notice& notice_;
  support::Deadline deadline_;
  mail::Part part_;
};


std::vector<const plugin::Instance*> at_home_in_the_cage(const std::vector<scan::Scanner>& scanners) {
  std::vector<const plugin::Instance*> confined;
  for (const scan::Scanner& s : scanners)
    if (s.instance->settings.home == plugin::Home::confined) confined.push_back(s.instance);
  return confined;
}

class Worker {
 public:
  Worker(Preparation& p, Scoreboard& board, base::UniqueFd socket, Slot& slot)
      : preparation_(p),
        configuration_(*p.configuration),
        memory_(configuration_.daemon.worker_memory),
        socket_(std::move(socket)),
        slot_(slot),
        scanners_(scanners(p, board)),
        confined_(at_home_in_the_cage(scanners_)),
        unpacker_({filter::cage(configuration_.policy), p.plugins.of(plugin::Kind::decoder), confined_, &p.types}),
        quarantine_(configuration_.quarantine_directory),
        courier_(configuration_.deliver),
        journal_(configuration_.daemon.mail_log),
        rooms_{unpacker_, scanners_, confined_, configuration_.scan, &p.verdicts, {configuration_.policy, configuration_.header_checks}, configuration_.receive.hostname, crew_, slot.progress} {}

  void serve() {
    while (std::optional<base::Packet> packet = base::receive_packet(socket_.get())) {
      if (receive::is_cancellation(*packet)) continue;  // came after our answer had left
      const receive::Job job = receive::decode_job(std::move(*packet));
      begin(job);
      receive::Result result = work(job);
      const bool is_last = memory_.is_half_used();
      result.not_ready = is_last || !notices_.empty();
      end();
      if (!base::send_packet(socket_.get(), receive::encode(result))) return;
      if (!result.not_ready) continue;
      for (const mail::Notice& notice : notices_) notify(notice);  // courtesies delay nobody's reply
      notices_.clear();
      if (is_last) return;  // the generation forks a fresh one; no mail was given to this one meanwhile
      if (!base::send_packet(socket_.get(), receive::readiness())) return;
    }
  }

 private:
  void begin(const receive::Job& job) {
    slot_.log_id.set(job.mail.log_id);
    slot_.since = std::chrono::steady_clock::now().time_since_epoch().count();
    slot_.progress.kill_after_ns = (job.deadline.at() + grace).time_since_epoch().count();
  }
  void end() {
    slot_.progress.kill_after_ns = 0;
    slot_.progress.enter(base::Room::idle);
    slot_.since = 0;
    slot_.mails++;
  }

  receive::Result work(const receive::Job& job) {
    receive::Result result;
    result.outcome.recipients.resize(job.mail.envelope.recipients.size());
    try {
      const filter::Attempt attempt{job.policy_banks, names(job.crashed), job.attempt >= 3};
      if (job.examine_only) {
        const filter::Examination e = filter::examine(job.mail, rooms_, attempt, job.deadline);
        result.explanation = report::explain_json(job.mail, e.contents, e.findings, e.judgement);
      } else {
        act::Hands hands{quarantine_, courier_, [this](const mail::Notice& n) { notices_.push_back(n); },
                         [this] { return is_awaited(); }, configuration_.receive.hostname};
        result.outcome = filter::pass(job.mail, rooms_, attempt, hands, [this](const report::Account& a) { write_down(a); }, job.deadline);
      }
    } catch (const std::exception& e) {  // the machine's failures, all of them temporary
      base::log::error(job.mail.log_id + ": mail_id " + job.mail.mail_id + " is deferred: " + e.what());
    }
    return result;
  }

  // The mail has arrived where it belongs; what fails here must not make it come again.
  void write_down(const report::Account& account) {
    try {
      journal_.write(account);
    } catch (const std::exception& e) {
      base::log::error(account.mail.log_id + ": its log line could not be written: " + e.what());
    }
  }

  std::vector<std::string> names(const std::vector<uint32_t>& numbers) const {
    std::vector<std::string> all;
    for (const uint32_t n : numbers)
      if (n < preparation_.plugins.instances.size()) all.push_back(preparation_.plugins.instances[n]->name());
    return all;
  }

  // Reception says so when the client is gone, or is gone itself.
  bool is_awaited() const {
    pollfd p{socket_.get(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 0;
  }

  void notify(const mail::Notice& notice) {
    for (uint32_t n = 0; n < preparation_.plugins.instances.size(); ++n) {
      const plugin::Instance& notifier = *preparation_.plugins.instances[n];
      if (notifier.settings.kind != plugin::Kind::notifier || !notifier.accepts(notice.kind)) continue;
      const auto until = support::Deadline::in(std::min(notice_time, notifier.settings.timeout));
      NoticeView view(notice, until);
      const base::CallMark mark(slot_.progress, n, until, grace);
      const plugin::CallResult result = plugin::run(notifier, view, 0);
      if (result.rc < 0) base::log::warning("notifier " + notifier.name() + ": " + base::log::printable(result.reason));
    }
  }

  const Preparation& preparation_;
  const config::Configuration& configuration_;
  MemoryLimit memory_;
  base::UniqueFd socket_;
  Slot& slot_;
  std::vector<scan::Scanner> scanners_;
  std::vector<const plugin::Instance*> confined_;
  decode::Unpacker unpacker_;
  quarantine::Quarantine quarantine_;
  deliver::Courier courier_;
  MailJournal journal_;
  scan::Crew crew_;
  filter::Rooms rooms_;
  std::vector<mail::Notice> notices_;
};

// The instances of this process are put away by their plug-ins, who may have connections to close; those of the cage end with it. One
// that does not come back is killed.
void give_back(plugin::Prepared& plugins, base::Progress& progress) {
  progress.kill_after_ns = (std::chrono::steady_clock::now() + grace).time_since_epoch().count();
  for (const auto& instance : plugins.instances)
    if (instance->settings.home == plugin::Home::worker) plugin::destroy(*instance);
}

}  // namespace

void run_worker(Preparation& preparation, Scoreboard& board, base::UniqueFd socket, Slot& slot) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "worker");
  base::log::open(preparation.configuration->daemon.log, "worker");
  blame_crashes_on(slot.progress);
  int status = 0;
  try {
    board.keep_from_children();
    preparation.verdicts.keep_from_children();
    Worker(preparation, board, std::move(socket), slot).serve();
    give_back(preparation.plugins, slot.progress);
  } catch (const std::exception& e) {
    base::log::error(std::string("worker ends: ") + e.what());
    status = 70;
  }
  ::_exit(status);
}

}  // namespace postern::daemon
