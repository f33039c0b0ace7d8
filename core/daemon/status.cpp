// SPDX-License-Identifier: MIT
#include <ctime>

#include "base/json.h"
#include "base/log.h"
#include "daemon/control.h"
#include "daemon/scanner_report.h"
#include "decode/cage.h"
#include "postern/plugin.h"

namespace postern::daemon {
namespace {

int64_t now() { return std::time(nullptr); }

// What an administrator must know first: does mail flow, is it looked at.
std::string verdict(const Scoreboard& board) {
  if (board.generation == 0) return "STARTING: no generation is ready yet; mail waits in Postfix";
  std::string wrong;
  size_t of_malware = 0;
  for (const scan::ScannerRecord& s : board.scanners(board.generation)) {
    const std::string name = s.name.get();
    if (name.empty()) continue;
    of_malware += s.scores ? 0 : 1;
    const std::string state = s.disabled_until > now() ? "switched off" : scan::state_word(s.state);
    if (state != "up" && state != "unknown") wrong += (wrong.empty() ? "" : ", ") + name + " " + state;
  }
  if (!wrong.empty()) return "DEGRADED: " + wrong;
  if (of_malware == 0) return "DEGRADED: no scanner is configured, mail passes unscanned";
  return "OK";
}

}  // namespace

std::string status_text(const config::Configuration& configuration, const Scoreboard& board) {
  const auto line = [](const std::string& name, const std::string& value) {
    return name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + value + "\n";
  };
  const receive::Counters& c = board.counters;
  std::string text = verdict(board) + "\n";
  text += line("up since", age(now() - board.started) + ", generation " + std::to_string(board.generation.load()));
  if (board.failed_reloads > 0) text += line("last reload", "refused: " + board.last_problem.get());
  for (const receive::Listener& l : configuration.receive.listeners) text += line("listens on", l.address);
  for (const deliver::NextHop& hop : configuration.deliver.next_hops) text += line("next hop", hop.text());
  for (const scan::ScannerRecord& s : board.scanners(board.generation))
    if (!s.name.get().empty()) text += line("scanner", s.name.get() + " " + condition(s));
  for (const EngineState& e : board.engines) {
    if (e.name.get().empty()) continue;
    text += line("engine", e.name.get() + (e.pid > 0 ? " running, process " + std::to_string(e.pid.load()) : " not running") +
                               (e.notice.get().empty() ? "" : "; " + e.notice.get()));
  }
  text += line("mails", std::to_string(c.mails.load()) + " received; copies: " + std::to_string(c.delivered.load()) + " delivered, " +
                            std::to_string(c.quarantined.load()) + " quarantined, " + std::to_string(c.discarded.load()) + " discarded, " +
                            std::to_string(c.rejected.load()) + " rejected, " + std::to_string(c.deferred.load()) + " deferred");
  text += line("now", std::to_string(c.open_sessions.load()) + " sessions, " + std::to_string(c.busy_workers.load()) + " workers busy, " +
                          std::to_string(c.idle_workers.load()) + " idle, " + std::to_string(c.waiting.load()) + " mails waiting");
  text += line("cage", decode::cage_description());
  text += line("quarantine", configuration.quarantine_directory);
  return text;
}

std::string status_json(const config::Configuration& configuration, const Scoreboard& board) {
  base::JsonWriter j;
  const receive::Counters& c = board.counters;
  j.begin_object().field("verdict", verdict(board)).field("started", board.started.load()).field("generation", board.generation.load());
  j.field("reloads", board.reloads.load()).field("failed_reloads", board.failed_reloads.load()).field("last_problem", board.last_problem.get());
  j.key("listeners").begin_array();
  for (const receive::Listener& l : configuration.receive.listeners) j.value(l.address);
  j.end_array().key("next_hops").begin_array();
  for (const deliver::NextHop& hop : configuration.deliver.next_hops) j.value(hop.text());
  j.end_array().key("counters").begin_object();
  j.field("connections", c.connections.load()).field("refused_connections", c.refused_connections.load()).field("mails", c.mails.load());
  j.field("delivered", c.delivered.load()).field("quarantined", c.quarantined.load()).field("discarded", c.discarded.load());
  j.field("rejected", c.rejected.load()).field("deferred", c.deferred.load()).field("retried", c.retried.load());
  j.field("sessions", c.open_sessions.load()).field("waiting", c.waiting.load());
  j.field("busy_workers", c.busy_workers.load()).field("idle_workers", c.idle_workers.load()).end_object();
  j.key("workers").begin_array();
  for (const Slot& slot : board.slots) {
    if (slot.generation == 0 || slot.pid == 0) continue;
    const int64_t since = slot.since;
    j.begin_object().field("pid", slot.pid.load()).field("generation", slot.generation.load()).field("mails", slot.mails.load());
    j.field("room", name(static_cast<base::Room>(slot.progress.room.load()))).field("log_id", slot.log_id.get());
    j.field("busy_ms", since == 0 ? 0 : (std::chrono::steady_clock::now().time_since_epoch().count() - since) / 1000000).end_object();
  }
  j.end_array().key("scanners").begin_array();
  write_scanners(j, board);
  j.end_array().key("engines").begin_array();
  for (const EngineState& e : board.engines) {
    if (e.name.get().empty()) continue;
    j.begin_object().field("name", e.name.get()).field("pid", e.pid.load()).field("starts", e.starts.load()).field("notice", e.notice.get()).end_object();
  }
  j.end_array().field("cage", decode::cage_description()).field("quarantine", configuration.quarantine_directory).end_object();
  return j.text();
}

}  // namespace postern::daemon
