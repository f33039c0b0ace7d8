// SPDX-License-Identifier: MIT
#include "daemon/control.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "base/log.h"
#include "daemon/lesson.h"
#include "daemon/scanner_report.h"
#include "daemon/switching.h"
#include "deliver/courier.h"
#include "mail/ids.h"
#include "quarantine/quarantine.h"

namespace postern::daemon {
namespace {

constexpr size_t longest_request = 64 * 1024;
constexpr std::chrono::milliseconds request_time{10000}, release_time{120000};

// sysexits(3), as the command line hands them on.
enum ExitCode { ok = 0, negative = 1, usage = 64, data_error = 65, no_input = 66, temporary = 75 };

struct Answer {
  int exit_code = ok;
  std::string text;
};

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> all;
  for (std::string w; in >> w;) all.push_back(w);
  return all;
}

// As its scanners saw it, but for what nobody has kept.
mail::ReceivedMail released(const quarantine::Entry& entry, mail::Envelope envelope, const std::string& content) {
  mail::ReceivedMail mail;
  mail.mail_id = mail.log_id = entry.mail_id;
  mail.envelope = std::move(envelope);
  mail.client.address = entry.client;
  mail.content = base::Content::of(content);
  return mail;
}

// Hands the mail, byte for byte as it came, to the next hop behind the filter; the state changes only after its 2xx.
Answer release(const config::Configuration& configuration, const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return {usage, "release needs an id\n"};
  bool again = false, learn = false;
  mail::Envelope envelope;
  for (size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "--again") again = true;
    else if (arguments[i] == "--learn") learn = true;
    else envelope.recipients.push_back({arguments[i], "", ""});
  }
  quarantine::Quarantine quarantine(configuration.quarantine_directory);
  const auto entry = quarantine.find(arguments[1]);
  if (!entry) return {no_input, "nothing with the id " + base::log::printable(arguments[1], 64) + " is in the quarantine\n"};
  if (entry->state == "released" && !again) return {negative, "it was released before (" + entry->released_reply + "); --again releases it once more\n"};
  if (envelope.recipients.empty())
    for (const std::string& r : entry->recipients) envelope.recipients.push_back({r, "", ""});
  envelope.sender = entry->sender;
  const std::string content = quarantine.content(*entry);
  const mail::HeaderEdits none;
  deliver::Letter letter;
  letter.envelope = &envelope;
  for (uint32_t i = 0; i < envelope.recipients.size(); ++i) letter.recipients.push_back(i);
  letter.content = content;
  letter.edits = &none;
  deliver::Courier courier(configuration.deliver);
  const auto receipts = courier.deliver(letter, support::Deadline::in(release_time));
  Answer answer;
  size_t accepted = 0;
  for (size_t i = 0; i < receipts.size(); ++i) {
    const mail::Reply& r = receipts[i].reply;
    const std::string said = std::to_string(r.code) + " " + r.enhanced + " " + base::log::printable(r.text);
    answer.text += envelope.recipients[i].address + ": " + said + "\n";
    accepted += r.is_success() ? 1 : 0;
    if (!r.is_success()) answer.exit_code = r.is_temporary() ? temporary : data_error;
  }
  if (accepted > 0) quarantine.mark_released(entry->id, answer.text.substr(0, answer.text.find('\n')));
  base::log::notice("quarantine " + entry->id + " released: " + base::log::printable(answer.text));
  if (accepted > 0 && learn) answer.text += teach(configuration, released(*entry, std::move(envelope), content), POSTERN_LEARN_HAM);
  return answer;
}

// "scanners [json]", "scanners disable NAME SECONDS", "scanners enable NAME". Who switched what is for the log.
Answer answer_about_scanners(Scoreboard& board, const std::vector<std::string>& w, uid_t peer) {
  if (w.size() == 1) return {ok, scanners_text(board)};
  if (w[1] == "json") {
    base::JsonWriter json;
    json.begin_array();
    write_scanners(json, board);
    return {ok, json.end_array().text() + "\n"};
  }
  Switched switched{false, "disable needs a scanner and seconds, enable a scanner"};
  if (w[1] == "disable" && w.size() == 4) switched = disable(board, w[2], std::chrono::seconds(std::stoll(w[3])));
  else if (w[1] == "enable" && w.size() == 3) switched = enable(board, w[2]);
  if (switched.done) base::log::notice("scanners: " + switched.text + ", by user id " + std::to_string(peer));
  return {switched.done ? ok : negative, switched.text + "\n"};
}

Answer answer(const config::Configuration& configuration, Scoreboard& board, const std::string& request, uid_t peer) {
  const std::vector<std::string> w = words(request);
  try {
    if (w.empty()) return {usage, "empty request\n"};
    if (w[0] == "status") return {ok, w.size() > 1 && w[1] == "json" ? status_json(configuration, board) + "\n" : status_text(configuration, board)};
    if (w[0] == "scanners") return answer_about_scanners(board, w, peer);
    if (w[0] == "release") return release(configuration, w);
    return {usage, "unknown request " + base::log::printable(w[0], 64) + "\n"};
  } catch (const std::exception& e) {
    base::log::error("control: " + w[0] + ": " + e.what());
    return {temporary, std::string(e.what()) + "\n"};
  }
}

std::string read_line(int fd) {
  std::string line;
  const auto until = support::Deadline::in(request_time);
  while (line.find('\n') == std::string::npos && line.size() < longest_request) {
    pollfd p{fd, POLLIN, 0};
    char chunk[4096];
    if (::poll(&p, 1, until.left_ms()) <= 0) return {};
    const ssize_t n = ::read(fd, chunk, sizeof chunk);
    if (n <= 0) return {};
    line.append(chunk, static_cast<size_t>(n));
  }
  return line.substr(0, line.find('\n'));
}

uid_t user_at(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.uid : static_cast<uid_t>(-1);
}

[[noreturn]] void serve(int fd, const config::Configuration& configuration, Scoreboard& board) {
  const Answer a = answer(configuration, board, read_line(fd), user_at(fd));
  const std::string text = std::to_string(a.exit_code) + "\n" + a.text;
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t n = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n <= 0) break;
    rest.remove_prefix(static_cast<size_t>(n));
  }
  ::_exit(0);
}

}  // namespace

void run_control(std::shared_ptr<const config::Configuration> configuration, base::UniqueFd socket, Scoreboard& board) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "control");
  base::log::open(configuration->daemon.log, "control");
  ::signal(SIGCHLD, SIG_IGN);  // no zombies: nobody asks how a request ended
  for (;;) {
    pollfd p{socket.get(), POLLIN, 0};
    ::poll(&p, 1, -1);
    const base::UniqueFd connection(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    if (::fork() == 0) {
      ::signal(SIGCHLD, SIG_DFL);
      serve(connection.get(), *configuration, board);
    }
  }
}

}  // namespace postern::daemon
