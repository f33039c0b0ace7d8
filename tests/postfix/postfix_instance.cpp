// SPDX-License-Identifier: MIT
#include "postfix/postfix_instance.h"

#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>

#include "postern/support/deadline.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Deadline;

constexpr useconds_t between_looks = 20000;
const char* const postfix_user = "postfix";  // mail_owner, as the package has it

// The services of an ordinary site, without chroot.
const char* const ordinary_services = R"(smtp      inet  n       -       n       -       -       smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
)";

std::string with_ports(const std::string& lines, const PostfixSetup& setup) {
  const std::string filter =
      std::regex_replace(lines, std::regex(":10024\\b"), ":" + std::to_string(setup.filter_port));
  return std::regex_replace(filter, std::regex(":10025\\b"), ":" + std::to_string(setup.reentry_port));
}

// Name and type: what makes two lines of master.cf the same service. Empty for a line that continues one.
std::string service_of(const std::string& line) {
  std::istringstream words(line);
  std::string name, type;
  words >> name >> type;
  return line.empty() || line[0] == ' ' ? std::string() : name + " " + type;
}

}  // namespace

std::optional<std::string> PostfixInstance::obstacle() {
  for (const char* program : {"/usr/sbin/postfix", "/usr/sbin/postqueue", "/usr/sbin/smtp-source"})
    if (::access(program, X_OK) != 0) return std::string("Postfix is not installed: there is no ") + program;
  if (::geteuid() != 0) return "Postfix's master starts only as root, and the test does not run as root";
  return std::nullopt;
}

PostfixInstance::PostfixInstance(const PostfixSetup& setup) : port_(free_port()) {
  fs::create_directory(directory_.path() / "queue");
  fs::create_directory(directory_.path() / "data");
  const passwd* owner = ::getpwnam(postfix_user);
  if (!owner || ::chown((directory_.path() / "data").c_str(), owner->pw_uid, owner->pw_gid) != 0)
    throw std::runtime_error("the data directory cannot be given to the user postfix");
  directory_.file("etc/main.cf", main_cf(setup));
  directory_.file("etc/master.cf", master_cf(setup));
  tell("postfix", {"start"});  // makes the queue's directories, and returns when the master is initialised
}

PostfixInstance::~PostfixInstance() {
  try {
    tell("postfix", {"stop"});
  } catch (const std::exception& e) {
    ::fprintf(stderr, "%s\n", e.what());
  }
}

std::string PostfixInstance::main_cf(const PostfixSetup& setup) const {
  const std::string directory = directory_.path();
  std::ostringstream out;
  out << "compatibility_level = 3.6\n"
      << "config_directory = " << directory << "/etc\n"
      << "queue_directory = " << directory << "/queue\n"
      << "data_directory = " << directory << "/data\n"
      << "maillog_file = " << directory << "/mail.log\n"
      << "maillog_file_prefixes = " << directory << "\n"
      << "mail_owner = " << postfix_user << "\n"
      << "setgid_group = postdrop\n"
      << "myhostname = mx.example.test\n"
      << "inet_interfaces = loopback-only\n"
      << "inet_protocols = ipv4\n"
      << "mynetworks = 127.0.0.0/8\n"
      << "mydestination =\n"
      << "alias_maps =\n"
      << "relay_domains = example.test\n"
      << "relay_transport = smtp:[127.0.0.1]:" << setup.final_port
      << "\n"
      // Where mail for other domains, as bounces, would go: it must not look for the world.
      << "default_transport = error:nothing leaves this test\n"
      << "smtp_dns_support_level = disabled\n"
      << "smtp_host_lookup = native\n"
      << "smtpd_peername_lookup = no\n"
      // The last hop sees lines as long as they came.
      << "smtp_line_length_limit = 0\n"
      // Postfix tells its postmaster of trouble with the filter: not part of what is counted here.
      << "notify_classes =\n"
      // What a site may well say, and what must not lead mail around the filter.
      << "smtp_fallback_relay = [127.0.0.1]:" << setup.final_port
      << "\n"
      // A test may say that it is another client.
      << "smtpd_authorized_xclient_hosts = 127.0.0.0/8\n"
      // Deferred mail is looked at when a test says so.
      << "minimal_backoff_time = 1h\nqueue_run_delay = 1h\n"
      << with_ports(setup.main_cf, setup);
  return out.str();
}

std::string PostfixInstance::master_cf(const PostfixSetup& setup) const {
  std::string services = with_ports(setup.master_cf, setup);
  std::set<std::string> replaced;
  std::istringstream own(services), ordinary(ordinary_services);
  for (std::string line; std::getline(own, line);) replaced.insert(service_of(line));
  for (std::string line; std::getline(ordinary, line);)
    if (!replaced.count(service_of(line))) services += line + "\n";
  return std::regex_replace(services, std::regex("(^|\n)smtp +inet"),
                            "$01127.0.0.1:" + std::to_string(port_) + " inet");
}

// ---- its programs

std::string PostfixInstance::tell(const std::string& program, std::vector<std::string> words) const {
  words.insert(words.begin(), {"/usr/sbin/" + program, "-c", directory_.path() / "etc"});
  const Ended result = run(words, std::chrono::seconds(60));
  if (result.exit_code != 0) fail(program + " ended with " + std::to_string(result.exit_code) + ": " + result.err);
  return result.out;
}

void PostfixInstance::sendmail(const std::string& sender, const std::string& recipient,
                               const std::string& content) const {
  const Ended result = run({"/usr/sbin/sendmail", "-C", directory_.path() / "etc", "-i", "-f", sender, recipient},
                           std::chrono::seconds(30), {{}, content});
  if (result.exit_code != 0) fail("sendmail ended with " + std::to_string(result.exit_code) + ": " + result.err);
}

std::string PostfixInstance::complaints() const {
  std::string all;
  for (const char* part : {"-n", "-M", "-P"})
    all += run({"/usr/sbin/postconf", "-c", directory_.path() / "etc", part}).err;
  return all + run({"/usr/sbin/postfix", "-c", directory_.path() / "etc", "check"}).err;
}

std::string PostfixInstance::log() const {
  std::ifstream in(directory_.path() / "mail.log", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string PostfixInstance::wait_for_log(const std::string& pattern, size_t from, Time limit) const {
  const std::regex wanted(pattern);
  const Deadline until = Deadline::in(patient(limit));
  do {
    const std::string all = log();
    std::istringstream lines(all.substr(std::min(from, all.size())));
    for (std::string line; std::getline(lines, line);)
      if (!lines.eof() && std::regex_search(line, wanted)) return line;
    ::usleep(between_looks);
  } while (!until.passed());
  fail("waited for a line like \"" + pattern + "\"");
}

std::vector<json> PostfixInstance::queue() const {
  std::vector<json> mails;
  std::istringstream lines(tell("postqueue", {"-j"}));
  for (std::string line; std::getline(lines, line);) mails.push_back(json::parse(line));
  return mails;
}

void PostfixInstance::flush() const {
  tell("postqueue", {"-f"});
}

void PostfixInstance::wait_for_empty_queue(Time limit) const {
  const Deadline until = Deadline::in(patient(limit));
  while (!queue().empty()) {
    if (until.passed()) fail("waited for an empty queue; in it is " + json(queue()).dump());
    ::usleep(between_looks);
  }
}

void PostfixInstance::flush_until_empty(Time limit) const {
  const Deadline until = Deadline::in(patient(limit));
  for (;;) {
    flush();
    try {
      return wait_for_empty_queue(std::chrono::seconds(2));
    } catch (const std::runtime_error&) {
      if (until.passed()) throw;
    }
  }
}

std::string PostfixInstance::queue_file(const std::string& queue_id) const {
  return tell("postcat", {"-q", queue_id});
}

void PostfixInstance::fail(const std::string& what) const {
  throw std::runtime_error(what + "\nPostfix's log:\n" + log());
}

}  // namespace postern::testing
