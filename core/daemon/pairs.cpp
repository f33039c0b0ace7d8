// SPDX-License-Identifier: MIT
#include "daemon/pairs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/log.h"
#include "base/packet.h"
#include "daemon/exit_codes.h"
#include "daemon/generation.h"
#include "daemon/premises.h"
#include "daemon/systemd.h"
#include "receive/reception.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::seconds prepare_time{300};  // loading signatures may take minutes; longer is a hanging plug-in

std::string name_of(const char* what, uint32_t number) {
  return std::string(what) + " " + std::to_string(number);
}

void announce(uint32_t number, const config::Configuration& configuration) {
  std::string where;
  for (const receive::Listener& l : configuration.receive.listeners) where += (where.empty() ? "" : ", ") + l.address;
  const std::string text = name_of("generation", number) + " serves on " + where;
  base::log::notice(text + " with " + std::to_string(configuration.daemon.workers) + " workers");
  notify_systemd("READY=1\nSTATUS=" + text);
}

}  // namespace

// The life of a pair: its generation is started and prepares; it reports that it is ready; its reception is started,
// and the pair that served before is drained.
void Pairs::start(const std::shared_ptr<const config::Configuration>& configuration) {
  if (!last_good_) last_good_ = configuration;
  Pair pair;
  pair.number = ++last_number_;
  pair.configuration = configuration;
  auto [master_end, report_end] = base::packet_pair();
  auto [reception_end, generation_end] = base::packet_pair();
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("fork");
  if (pid == 0) {
    house_.forget();
    master_end.reset();
    reception_end.reset();
    if (house_.user) become(*house_.user);
    run_generation({configuration, pair.number, std::move(report_end), std::move(generation_end),
                    house_.plugin_directory, engine_directory(*configuration)},
                   house_.board);
  }
  pair.generation = pid;
  pair.from_generation = std::move(master_end);
  pair.link = std::move(reception_end);
  pairs_.push_back(std::move(pair));
}

// A machine that cannot fork now costs this generation, not the master.
void Pairs::hear(int ear) {
  for (Pair& pair : pairs_) {
    if (pair.from_generation.get() != ear) continue;
    try {
      reported(pair);
    } catch (const std::exception& e) {
      base::log::error(name_of("generation", pair.number) + " cannot begin to serve: " + e.what());
      ::kill(pair.generation, SIGKILL);
    }
    return;
  }
}

void Pairs::reported(Pair& pair) {
  std::optional<base::Packet> packet = base::receive_packet(pair.from_generation.get());
  if (!packet) return pair.from_generation.reset();  // its end is seen by its process id
  base::WireReader in(packet->bytes);
  const bool ready = in.u32() == static_cast<uint32_t>(Report::ready);
  const std::string problem = in.text();
  if (!ready) return house_.board.last_problem.set(problem);
  if (pair.number < house_.board.generation) {  // a later reload was faster: without its link the generation ends
    pair.state = Pair::State::draining;
    return pair.link.reset();
  }
  auto orders = in.list<plugin::EngineOrder>(read_engine_order);
  start_reception(pair);
  for (Pair& other : pairs_)
    if (&other != &pair && other.state == Pair::State::serving) begin_draining(other);
  house_.engines.want(std::move(orders));
  house_.board.generation = pair.number;
  deaths_ = 0;
  last_good_ = pair.configuration;
  announce(pair.number, *pair.configuration);
}

void Pairs::start_reception(Pair& pair) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
  base::UniqueFd drained(ends[0]), drain(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("fork");
  if (pid == 0) run_reception(pair, std::move(drained));
  pair.reception = pid;
  pair.link.reset();
  pair.drain = std::move(drain);
  pair.state = Pair::State::serving;
}

void Pairs::run_reception(Pair& pair, base::UniqueFd drained) {
  const auto configuration = pair.configuration;
  Scoreboard& board = house_.board;
  base::UniqueFd link = std::move(pair.link), examine = house_.doors.take_examine();
  std::vector<receive::ListeningSocket> sockets = house_.doors.take_listeners(*configuration);
  house_.forget();
  ::prctl(PR_SET_NAME, "reception");
  int status = 70;
  try {
    if (house_.user) become(*house_.user);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the change of user, which clears it
    base::log::open(configuration->daemon.log, "reception");
    const auto guilty = [&board](uint32_t slot) {
      return slot < Scoreboard::max_slots ? guilty_instances(board.slots[slot].progress) : std::vector<uint32_t>();
    };
    receive::Reception reception(configuration->receive, std::move(sockets), std::move(examine), std::move(link),
                                 guilty, board.counters);
    reception.drain_on(std::move(drained));
    reception.run();
    status = 0;
  } catch (const std::exception& e) {
    base::log::error(std::string("reception ends: ") + e.what());
  }
  ::_exit(status);
}

void Pairs::begin_draining(Pair& pair) {
  pair.state = Pair::State::draining;
  if (pair.drain && ::write(pair.drain.get(), "d", 1) != 1)
    base::log::warning("reception does not hear that it shall end");
}

// ---- what dies

void Pairs::reaped(pid_t pid, int status) {
  for (Pair& pair : pairs_) {
    if (pid == pair.generation)
      generation_ended(pair, status);
    else if (pid == pair.reception)
      reception_ended(pair);
  }
  pairs_.remove_if([](const Pair& p) { return p.generation == 0 && p.reception == 0; });
}

void Pairs::generation_ended(Pair& pair, int status) {
  pair.generation = 0;
  house_.board.release_generation(pair.number);
  if (pair.state == Pair::State::preparing) return preparation_failed(pair, status);
  if (pair.state != Pair::State::serving) return;
  base::log::error(name_of("generation", pair.number) + " died; a new one is started");
  replace(pair);
}

void Pairs::preparation_failed(Pair& pair, int status) {
  pair.link.reset();
  const std::string generation = name_of("generation", pair.number);
  if (house_.board.generation == 0) {
    given_up_ = WIFEXITED(status) && WEXITSTATUS(status) == exit_config ? exit_config : exit_os;
    base::log::error("the first generation could not be prepared; nothing is running");
    return;
  }
  house_.board.failed_reloads++;
  if (!serving()) {  // the successor of a dead pair died before it could serve
    base::log::error(generation + " could not be prepared, and none is running; again in a moment");
    return replace(pair);
  }
  base::log::error(generation + " could not be prepared; the running generation stays");
  notify_systemd("READY=1");
}

void Pairs::reception_ended(Pair& pair) {
  pair.reception = 0;
  if (pair.state != Pair::State::serving) return;
  base::log::error(name_of("reception", pair.number) + " died; clients will come again; a new pair is started");
  replace(pair);  // its generation ends by itself: its link is closed
}

// The one that is left of a serving pair ends by itself; a new pair takes over, not faster than once a second when it
// goes on like this.
void Pairs::replace(Pair& pair) {
  pair.state = Pair::State::draining;
  if (is_ending_) return;
  next_ = Clock::now() + std::chrono::milliseconds(deaths_++ == 0 ? 0 : 1000);
}

// ---- time

void Pairs::tick() {
  if (next_ && Clock::now() >= *next_ && !is_ending_) {
    next_.reset();
    start_replacement();
  }
  for (const Pair& pair : pairs_)
    if (pair.state == Pair::State::preparing && Clock::now() - pair.started > prepare_time && pair.generation > 0) {
      base::log::error(name_of("generation", pair.number) + " does not finish preparing its plug-ins and is killed");
      ::kill(pair.generation, SIGKILL);
    }
}

void Pairs::start_replacement() {
  try {
    start(last_good_);
  } catch (const std::exception& e) {
    base::log::error(std::string("no new generation yet: ") + e.what());
    next_ = Clock::now() + std::chrono::seconds(1);
  }
}

// ---- the end

void Pairs::drain_all() {
  is_ending_ = true;
  for (Pair& pair : pairs_) {
    if (pair.state == Pair::State::serving)
      begin_draining(pair);
    else if (pair.state == Pair::State::preparing)
      ::kill(pair.generation, SIGKILL);
  }
}

void Pairs::kill_all() {
  for (const Pair& pair : pairs_)
    for (const pid_t pid : {pair.reception, pair.generation})
      if (pid > 0) ::kill(pid, SIGKILL);
}

void Pairs::forget() {
  for (Pair& p : pairs_) {
    p.from_generation.reset();
    p.link.reset();
    p.drain.reset();
  }
}

// ---- what the master asks

std::vector<int> Pairs::ears() const {
  std::vector<int> all;
  for (const Pair& pair : pairs_)
    if (pair.from_generation) all.push_back(pair.from_generation.get());
  return all;
}

std::shared_ptr<const config::Configuration> Pairs::serving() const {
  for (const Pair& p : pairs_)
    if (p.state == Pair::State::serving) return p.configuration;
  return nullptr;
}

}  // namespace postern::daemon
