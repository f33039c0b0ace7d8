// SPDX-License-Identifier: MIT
// The complete filter for somebody who sees it for the first time: posternd with the shipped configuration on port
// 10024 and a clamd of its own, a recording next hop on port 10025, six mails and what became of them; then it goes on
// until Ctrl-C. Everything it writes is in one directory that is removed at the end. Exit code: 0 all as expected, 1
// not so, 69 it could not start, 130 ended by Ctrl-C before the table was complete.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <sstream>

#include "base/log.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

constexpr uint16_t filter_port = 10024, hop_port = 10025;  // as the shipped configuration has them
constexpr std::chrono::minutes engine_time{4};             // a full virus database takes a minute on a slow disk

struct Sample {
  const char* what;
  std::string (*mail)();
  const char* verdict;  // in the words of the log
  const char* reply;
  bool arrives;
};
constexpr Sample samples[] = {
    {"a clean mail", [] { return clean(); }, "CLEAN", "250 2.0.0", true},
    {"HTML with an image", html_with_image, "CLEAN", "250 2.0.0", true},
    {"zip in zip in zip", nested_zip, "CLEAN", "250 2.0.0", true},
    {"EICAR", eicar_mail, "INFECTED", "250 2.7.0", false},
    {"EICAR, zipped and forwarded", eicar_zip_in_forwarded_mail, "INFECTED", "250 2.7.0", false},
    {"file names made to deceive", tricky_names, "BANNED", "250 2.7.0", false},
};

void say(const std::string& line) {
  std::cout << line << std::endl;
}

bool is_free(uint16_t port) {
  const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

bool ports_are_free() {
  for (const uint16_t port : {filter_port, hop_port}) {
    if (is_free(port)) continue;
    std::cerr << "quickstart: port " << port
              << " of 127.0.0.1 is taken; is a filter already running there? \"ss -ltnp 'sport = :" << port
              << "'\" says who has it.\n";
    return false;
  }
  return true;
}

std::string shipped_configuration() {
  std::ifstream in(POSTERN_SHIPPED_CONFIG);
  if (!in) throw std::runtime_error("cannot read " POSTERN_SHIPPED_CONFIG);
  return {std::istreambuf_iterator<char>(in), {}};
}

void say_how_it_runs(const Daemon& daemon) {
  say("The filter listens on 127.0.0.1:" + std::to_string(filter_port) +
      ", its next hop on 127.0.0.1:" + std::to_string(hop_port) + ".");
  say("Its configuration is the shipped packaging/postern.toml; conf.d beside it lays\n"
      "directories and user over that: " +
      daemon.config_file());
  say(::geteuid() == 0 ? "Everything but the master runs as the user \"" + Daemon::unprivileged_user() + "\"."
                       : "Everything runs as you: only root can run it under a user of its own.");
}

std::string wrapped(const std::string& text, size_t width) {
  std::string lines;
  size_t column = 0;
  std::istringstream words(text);
  for (std::string word; words >> word; column += word.size()) {
    if (column > 0) {
      const bool fits = column + 1 + word.size() <= width;
      lines += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    lines += word;
  }
  return lines;
}

void say_what_is_recognised(const Daemon& daemon) {
  const nlohmann::json now = daemon.status();
  for (const auto& engine : now["engines"]) {
    const std::string notice = engine["notice"];
    if (notice.empty()) continue;
    const std::string line(79, '*');
    say("\n" + line + "\n" + wrapped("ATTENTION: " + notice, 79) + "\n" + line + "\n");
  }
  for (const auto& scanner : now["scanners"]) {
    const std::string problem = scanner["message"];
    say("Scanner " + scanner["name"].get<std::string>() + ": " + scanner["state"].get<std::string>() + ", " +
        scanner["engine"].get<std::string>() + (problem.empty() ? "" : ", " + problem));
  }
}

// ---- the table: no line is longer than 79 characters

constexpr int widths[] = {28, 10, 15};

void print_row(std::string_view sent, const std::string& verdict, const std::string& reply, const std::string& where) {
  const auto cell = [](std::string_view text, int width) { std::cout << std::left << std::setw(width) << text; };
  cell(sent, widths[0]);
  cell(verdict, widths[1]);
  cell(reply, widths[2]);
  std::cout << where << std::endl;
}

std::string fate_of(const nlohmann::json& line) {
  const auto& recipient = line.at("recipients").at(0);
  const std::string queued = recipient.at("queued_as"), held = line.at("quarantine_id");
  if (!queued.empty()) return "next hop, " + queued;
  return held.empty() ? recipient.at("disposition").get<std::string>() : "quarantine, " + held;
}

void print_result(const Sample& sample, const std::string& reply, const nlohmann::json& line, bool is_as_expected) {
  print_row(sample.what, line.at("ccat_main"),
            reply.substr(0, std::min(reply.find(','), reply.find("\r"))).substr(0, 14), fate_of(line));
  for (const auto& virus : line.at("virusnames"))
    say(std::string(widths[0], ' ') + base::log::printable(virus.get<std::string>(), 50));
  if (!is_as_expected)
    say("   ^-- NOT AS EXPECTED: " + std::string(sample.verdict) + ", " + sample.reply + " was expected");
}

bool send(const Sample& sample, const std::string& mail, const Daemon& daemon, const RecordingNextHop& hop) {
  const size_t arrived = hop.mails().size();
  Client client(daemon.address());
  const std::string reply = client.sends({.content = mail}).at(0);
  client.quits();
  const nlohmann::json line = daemon.mail_log().back();
  const auto mails = hop.mails();
  const bool did_arrive = mails.size() == arrived + 1 && mails.back().content.ends_with(mail);
  const bool is_as_expected = line["ccat_main"] == sample.verdict && reply.starts_with(sample.reply) &&
                              did_arrive == sample.arrives &&
                              line["quarantine"].get<std::string>().empty() == sample.arrives;
  print_result(sample, reply, line, is_as_expected);
  return is_as_expected;
}

bool print_table(const Daemon& daemon, const RecordingNextHop& hop) {
  std::cout << "\n";
  print_row("SENT", "VERDICT", "REPLY", "WHERE IT WENT");
  size_t as_expected = 0;
  int number = 0;
  for (const Sample& sample : samples) {
    const std::string mail = sample.mail();
    daemon.file("mails/" + std::to_string(++number) + ".eml", mail);
    as_expected += send(sample, mail, daemon, hop) ? 1 : 0;
  }
  say("\n" + std::to_string(as_expected) + " of " + std::to_string(std::size(samples)) + " as expected.");
  return as_expected == std::size(samples);
}

// ---- until Ctrl-C

void say_what_can_be_tried(const Daemon& daemon) {
  const std::string postern = "  " + program("postern"), config = " --config " + daemon.config_file();
  const std::string mails = daemon.directory() / "mails";
  say("\nIt runs on until Ctrl-C, with a line for each mail. The mails sent are in " + mails +
      ".\nIn another terminal, for example:\n");
  say(postern + " status" + config);
  say(postern + " quarantine list" + config);
  say(postern + " explain " + mails + "/5.eml" + config);
  say("  curl smtp://" + daemon.address() + " --mail-from a@example.org --mail-rcpt b@example.org -T " + mails +
      "/1.eml\n");
}

void run_on(const Daemon& daemon, const sigset_t& ends) {
  say_what_can_be_tried(daemon);
  size_t printed = daemon.mail_log().size();
  const timespec pause{0, 200'000'000};
  while (::sigtimedwait(&ends, nullptr, &pause) < 0 && daemon.is_running()) {
    const auto lines = daemon.mail_log();
    for (; printed < lines.size(); ++printed) say(lines[printed].at("message"));
  }
  say("\nEnding.");
}

// Ctrl-C goes to posternd as well, so that what we wait for never comes.
bool was_ended_from_outside(const sigset_t& ends) {
  const timespec now{};
  if (::sigtimedwait(&ends, nullptr, &now) < 0) return false;
  say("\nEnded before the table was complete.");
  return true;
}

int start(bool once, const sigset_t& ends) {
  if (!ports_are_free()) return 69;
  RecordingNextHop hop({.port = hop_port});
  const Daemon daemon({.shipped = shipped_configuration(), .port = filter_port, .name = "quickstart"});
  say_how_it_runs(daemon);
  say("Waiting for the virus scanner, with a full database up to a minute ...");
  daemon.wait_for_scanners(engine_time);
  say_what_is_recognised(daemon);
  const bool good = print_table(daemon, hop);
  if (!good) std::cerr << "posternd's log:\n" << daemon.log();
  if (!once) run_on(daemon, ends);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace postern::testing

int main(int argc, char** argv) {
  const bool once = argc == 2 && std::string_view(argv[1]) == "--once";
  if (argc > 1 && !once) {
    std::cerr << "Usage: quickstart [--once]\n";
    return 64;
  }
  sigset_t ends;  // blocked in every thread, waited for in one place
  ::sigemptyset(&ends);
  ::sigaddset(&ends, SIGINT);
  ::sigaddset(&ends, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &ends, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // "| head" must not leave directories behind
  try {
    return postern::testing::start(once, ends);
  } catch (const std::exception& e) {
    if (postern::testing::was_ended_from_outside(ends)) return 130;
    std::cerr << "quickstart: " << e.what() << "\n";
    return 69;
  }
}
