// SPDX-License-Identifier: MIT
#include "faults/house.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "support/reachable.h"
#include "support/samples.h"
#include "support/sanitizer.h"

namespace postern::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view field = "X-Token: ";

std::string token_in(const std::string& content) {
  const size_t at = content.find(field);
  if (at == std::string::npos) return {};
  return content.substr(at + field.size(), content.find('\r', at) - at - field.size());
}

std::string padding_lines(size_t bytes) {
  std::string lines;
  while (lines.size() < bytes)
    lines += "The quick brown fox jumps over the lazy dog, once more and once more again.\r\n";
  return lines;
}

testing::DaemonOptions daemon_options(const House& house, const testing::RecordingNextHop& hop,
                                      const HouseOptions& options) {
  testing::DaemonOptions daemon;
  daemon.next_hop = hop.endpoint();
  daemon.clamd = options.clamd;
  daemon.workers = options.workers;
  daemon.extra = house.configuration(options);
  return daemon;
}

}  // namespace

bool Gate::await_entered(uint32_t times) const {
  const auto end = std::chrono::steady_clock::now() + testing::patient(std::chrono::seconds(30));
  while (state_->entered < times) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

bool is_temporary(const std::string& reply) {
  return reply.starts_with("4");
}
bool is_success(const std::string& reply) {
  return reply.starts_with("2");
}

House::House(HouseOptions options) : gate(place_.path() / "gate"), daemon(daemon_options(*this, hop, options)) {
  if (options.managed_clamd) daemon.wait_for_scanners();
}

std::string House::configuration(const HouseOptions& options) const {
  const std::string gate_option = "gate = \"" + (place_.path() / "gate").string() + "\"\n";
  std::string text = options.extra + "\n[plugins]\npath = [\"" + testing::reachable(POSTERN_TEST_PLUGINS) + "\"]\n";
  text += "[decoder.rude]\nplugin = \"rude_decoder\"\n" + gate_option;
  if (options.clamd.empty() && !options.managed_clamd)
    text += "[scanner.rude]\nplugin = \"rude_scanner\"\n" + gate_option + options.rude_scanner;
  return text;
}

Letter House::clean(const std::string& fields, size_t padding) {
  const std::lock_guard lock(mutex_);
  Letter letter;
  letter.token = "token-" + std::to_string(::getpid()) + "-" + std::to_string(++last_);
  letter.content = "From: a@example.org\r\nTo: b@example.org\r\nSubject: fault test\r\n" + std::string(field) +
                   letter.token + "\r\n" + fields + "\r\nNothing to see here.\r\n" + padding_lines(padding);
  letters_[letter.token] = letter;
  return letter;
}

Letter House::virus(size_t padding) {
  Letter letter = clean({}, padding);
  letter.content += testing::eicar() + "\r\n";
  // A part that is EICAR and nothing else, because clamd wants it at the beginning of a file.
  const std::string body = letter.content.substr(letter.content.find("\r\n\r\n") + 4);
  letter.content =
      letter.content.substr(0, letter.content.find("\r\n\r\n") + 2) +
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + body +
      "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=e.com\r\n\r\n" +
      testing::eicar() + "\r\n--b--\r\n";
  letter.is_virus = true;
  const std::lock_guard lock(mutex_);
  letters_[letter.token] = letter;
  return letter;
}

void House::tell(const Letter& letter, const std::string& reply) {
  const std::lock_guard lock(mutex_);
  if (is_success(reply)) told_success_.insert(letter.token);
}

std::string House::sends(const Letter& letter) {
  std::string reply;
  try {
    testing::Client client(daemon.address());
    testing::SentMail mail;
    mail.content = letter.content;
    reply = client.sends(mail).at(0);
    client.quits();
  } catch (const std::exception&) {  // the connection went away, or was refused: no answer
  }
  tell(letter, reply);
  return reply;
}

std::future<std::string> House::begins(const Letter& letter) {
  return std::async(std::launch::async, [this, letter] { return sends(letter); });
}

std::string House::insists_on(const Letter& letter, std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + testing::patient(patience);
  std::string reply;
  while (std::chrono::steady_clock::now() < end) {
    reply = sends(letter);
    if (!reply.empty() && !is_temporary(reply)) return reply;
    ::usleep(50000);
  }
  ADD_FAILURE() << letter.token << " was not accepted in time; the last reply is \"" << reply << "\"\n" << daemon.log();
  return reply;
}

void House::serves_on() {
  const Letter good = clean(), evil = virus();
  EXPECT_TRUE(is_success(insists_on(good)));
  EXPECT_EQ(delivered(good), 1u);
  EXPECT_TRUE(is_success(insists_on(evil)));
  EXPECT_TRUE(is_quarantined(evil));
  balances();
}

void House::balances() {
  std::map<std::string, size_t> out = delivered_tokens();
  const std::vector<std::string> kept = quarantined_tokens();
  const std::set<std::string> held(kept.begin(), kept.end());
  const std::lock_guard lock(mutex_);
  for (const std::string& token : told_success_)
    EXPECT_TRUE(out.contains(token) || held.contains(token)) << token << " was accepted and is lost\n" << daemon.log();
  for (const auto& [token, letter] : letters_) {
    if (!letter.is_virus) continue;
    EXPECT_FALSE(out.contains(token)) << token << " has a virus and was delivered\n" << daemon.log();
  }
}

size_t House::delivered(const Letter& letter) const {
  const auto out = delivered_tokens();
  const auto found = out.find(letter.token);
  return found == out.end() ? 0 : found->second;
}

bool House::is_quarantined(const Letter& letter) const {
  for (const std::string& token : quarantined_tokens())
    if (token == letter.token) return true;
  return false;
}

std::map<std::string, size_t> House::delivered_tokens() const {
  std::map<std::string, size_t> all;
  for (const testing::KeptMail& mail : hop.mails()) ++all[token_in(mail.content)];
  return all;
}

std::string House::quarantine_directory() const {
  return daemon.status()["quarantine"];
}

std::vector<std::string> House::quarantined_tokens() const {
  std::vector<std::string> all;
  for (const fs::directory_entry& entry : fs::directory_iterator(quarantine_directory())) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.push_back(token_in({std::istreambuf_iterator<char>(in), {}}));
  }
  return all;
}

pid_t House::worker_in(const std::string& room) const {
  pid_t found = 0;
  daemon.wait_until("a worker is in room " + room, [&](const nlohmann::json& now) {
    for (const nlohmann::json& worker : now["workers"])
      if (worker["room"] == room && worker["busy_ms"] >= 0 && worker["log_id"] != "") found = worker["pid"];
    return found != 0;
  });
  return found;
}

pid_t House::engine() const {
  pid_t found = 0;
  daemon.wait_until("the engine runs", [&](const nlohmann::json& now) {
    for (const nlohmann::json& engine : now["engines"]) found = engine["pid"];
    return found != 0;
  });
  return found;
}

}  // namespace postern::faults
