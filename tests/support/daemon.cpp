// SPDX-License-Identifier: MIT
#include "support/daemon.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "base/failure.h"
#include "postern/support/stream.h"
#include "support/reachable.h"
#include "support/sanitizer.h"

namespace postern::testing {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Deadline;

Directory::Directory(const std::string& name) {
  std::string path = "/tmp/postern-" + name + "-XXXXXX";
  if (!::mkdtemp(path.data())) base::throw_errno("mkdtemp");
  path_ = path;
  ::chmod(path.c_str(), 0755);
}

Directory::~Directory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Directory::file(const std::string& name, const std::string& content) const {
  const fs::path path = path_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) base::throw_errno("write", path);
  ::chmod(path.c_str(), 0644);
  return path;
}

uint16_t free_port() {
  const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), any, size) != 0 || ::getsockname(fd.get(), any, &size) != 0) base::throw_errno("bind");
  return ntohs(address.sin_port);
}

std::string program(const std::string& name) {
  return std::string(POSTERN_PROGRAMS) + "/" + name;
}

Daemon::Daemon(DaemonOptions options)
    : options_(std::move(options)), directory_(options_.name), port_(options_.port ? options_.port : free_port()) {
  file("postern.toml", options_.shipped.empty() ? main_file() : options_.shipped);
  file("conf.d/places.toml", private_places());
  configure(options_.extra);
  fs::create_directory(directory() / "log");
  ::chmod((directory() / "log").c_str(), 01777);  // the workers write there, whoever they run as
  std::vector<std::string> argv = {program("posternd"), "--foreground", "--config", config_file()};
  if (const std::string plugins = reachable(POSTERN_PLUGINS); plugins != POSTERN_PLUGINS)
    argv.insert(argv.end(), {"--plugins", plugins});
  process_ = std::make_unique<Process>(argv);
  wait_for_log(" serves on ", 0, options_.time_to_start);
}

Daemon::~Daemon() {
  if (!is_running()) return;
  std::vector<pid_t> engines;
  try {
    const json now = status();
    for (const json& engine : now["engines"]) engines.push_back(engine["pid"]);
  } catch (const std::exception&) {  // then it has none we could wait for
  }
  terminate();
  if (!process_->wait(std::chrono::seconds(20))) process_->signal(SIGKILL);
  process_->wait_for_silence(std::chrono::seconds(10));
  for (const pid_t engine : engines)
    if (engine > 0) wait_for_end(engine, std::chrono::seconds(10));
}

std::string Daemon::main_file() const {
  std::string text = "[[listen]]\naddress = \"" + address() + "\"\n" + options_.listener;
  if (!options_.next_hop.empty()) text += "[deliver]\nnext-hop = [\"" + options_.next_hop + "\"]\n";
  text += "[receive]\nhostname = \"filter.example.org\"\n";
  text += "[daemon]\nworkers = " + std::to_string(options_.workers) + "\n";
  if (!options_.clamd.empty()) text += "[scanner.clamav]\nserver = \"unix:" + options_.clamd + "\"\n";
  return text;
}

std::string Daemon::private_places() const {
  std::string text = "[daemon]\nruntime-directory = \"" + runtime().string() + "\"\n";
  if (::geteuid() == 0) text += "user = \"" + unprivileged_user() + "\"\n";
  text += "[quarantine]\ndirectory = \"" + quarantine().string() + "\"\n";
  return text + "[log]\nmail-json = \"" + mail_log_file() + "\"\n";
}

std::string Daemon::unprivileged_user() {
  return ::getpwnam("postern") ? "postern" : "nobody";
}
std::string Daemon::address() const {
  return "127.0.0.1:" + std::to_string(port_);
}
std::string Daemon::mail_log_file() const {
  return directory() / "log" / "mails.json";
}
std::string Daemon::config_file() const {
  return directory() / "postern.toml";
}
void Daemon::configure(const std::string& extra) {
  constexpr std::string_view runtime_mark = "{runtime}";
  std::string text = extra;
  if (const size_t at = text.find(runtime_mark); at != std::string::npos) text.replace(at, runtime_mark.size(), runtime().string());
  file("conf.d/test.toml", text);
}

// ---- how it is

namespace {

std::string answer_of(const std::string& socket, const std::string& request, Deadline until) {
  support::Stream control = support::Stream::connect(*support::Endpoint::parse("unix:" + socket), until);
  control.write(request + "\n", until);
  std::string answer;
  char chunk[8192];
  while (const size_t n = control.read(chunk, sizeof chunk, until)) answer.append(chunk, n);
  return answer;
}

}  // namespace

std::string Daemon::ask(const std::string& request) const {
  const Deadline until = Deadline::in(patient(std::chrono::seconds(10)));
  std::string answer;
  for (bool again = true; again;) {
    try {
      answer = answer_of(control_socket(), request, until);
      again = answer.empty() && !until.passed();
    } catch (const support::StreamError&) {
      if (until.passed() || !is_running()) throw;
      ::usleep(10000);  // control is being replaced, after a reload
    }
  }
  if (!answer.starts_with("0\n")) throw std::runtime_error("posternd answered to \"" + request + "\": " + answer);
  return answer.substr(2);
}

json Daemon::status() const {
  return json::parse(ask("status json"));
}
std::string Daemon::status_text() const {
  return ask("status");
}

json Daemon::wait_until(const std::string& what, const std::function<bool(const json&)>& is_so, Time limit) const {
  const Deadline until = Deadline::in(patient(limit));
  json last;
  while (!until.passed() && is_running()) {
    try {
      last = status();
      if (is_so(last)) return last;
    } catch (const support::StreamError&) {  // control is being replaced
    }
    ::usleep(10000);
  }
  fail("waited for: " + what + "; the last status is " + last.dump());
}

void Daemon::wait_for_scanners(Time limit) const {
  wait_until(
      "all scanners are up",
      [](const json& now) {
        return !now["scanners"].empty() &&  // none before the first look at their health
               std::all_of(now["scanners"].begin(), now["scanners"].end(),
                           [](const json& s) { return s["state"] == "up" || s["state"] == "degraded"; });
      },
      limit);
}

void Daemon::wait_for_idle_workers(size_t count, Time limit) const {
  wait_until(
      std::to_string(count) + " idle workers",
      [&](const json& now) { return now["counters"]["idle_workers"] >= count; }, limit);
}

size_t Daemon::wait_for_log(const std::string& text, size_t from, Time limit) const {
  if (!process_->wait_for_log(text, limit, from)) fail("waited for the line \"" + text + "\"");
  return log().find(text, from) + text.size();
}

std::vector<json> Daemon::mail_log() const {
  std::vector<json> lines;
  std::ifstream in(mail_log_file());
  for (std::string line; std::getline(in, line) && !in.eof();)
    lines.push_back(json::parse(line));  // without a line half written
  return lines;
}

void Daemon::fail(const std::string& what) const {
  throw std::runtime_error(what + "\nposternd's log:\n" + log());
}

// ---- its processes

std::vector<pid_t> Daemon::receptions() const {
  return children_of(pid(), "reception");
}
std::vector<pid_t> Daemon::generations() const {
  return children_of(pid(), "generation");
}

std::vector<pid_t> Daemon::workers() const {
  std::vector<pid_t> all;
  for (const pid_t g : generations())
    for (const pid_t w : children_of(g, "worker")) all.push_back(w);
  return all;
}

std::vector<pid_t> Daemon::unpackers() const {
  std::vector<pid_t> all;
  for (const pid_t w : workers())
    for (const pid_t u : children_of(w, "unpacker")) all.push_back(u);
  return all;
}

// ---- what is done to it

void Daemon::terminate() {
  process_->signal(SIGTERM);
}
void Daemon::hang_up() {
  process_->signal(SIGHUP);
}

void Daemon::reload() {
  const size_t before = log().size();
  hang_up();
  wait_for_log(" serves on ", before);
}

int Daemon::stop(Time limit) {
  terminate();
  return wait(limit);
}

int Daemon::wait(Time limit) {
  const auto code = process_->wait(limit);
  if (!code) fail("posternd did not end in time");
  return *code;
}

Ended Daemon::postern(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), program("postern"));
  words.insert(words.end(), {"--config", config_file()});
  return run(words, std::chrono::seconds(60), {{}, input});
}

}  // namespace postern::testing
