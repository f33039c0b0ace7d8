// SPDX-License-Identifier: MIT
#include "support/next_hop.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "base/failure.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

// The bytes of one connection, a line or a content at a time.
class Incoming {
 public:
  explicit Incoming(int fd) : fd_(fd) {}

  // Up to CRLF, without it; nullopt: the client has closed.
  std::optional<std::string> line() {
    size_t end;
    while ((end = buffer_.find("\r\n")) == std::string::npos)
      if (!more()) return std::nullopt;
    return cut(end, 2);
  }
  // Up to the line with nothing but a dot, without that line.
  std::optional<std::string> content() {
    for (size_t searched = 0;;) {
      if (buffer_.starts_with(".\r\n")) return cut(0, 3);
      const size_t end = buffer_.find("\r\n.\r\n", searched);
      if (end != std::string::npos) return cut(end + 2, 3);
      searched = buffer_.size() - std::min<size_t>(buffer_.size(), 4);
      if (!more()) return std::nullopt;
    }
  }
  void drain() {
    while (more()) buffer_.clear();
  }

 private:
  bool more() {
    char bytes[65536];
    const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n > 0) buffer_.append(bytes, static_cast<size_t>(n));
    return n > 0;
  }
  std::string cut(size_t length, size_t behind) {
    std::string out = buffer_.substr(0, length);
    buffer_.erase(0, length + behind);
    return out;
  }

  int fd_;
  std::string buffer_;
};

std::string unstuffed(const std::string& raw) {
  std::string content;
  content.reserve(raw.size());
  for (size_t at = 0; at < raw.size();) {
    size_t end = raw.find("\r\n", at);
    end = end == std::string::npos ? raw.size() : end + 2;
    if (raw[at] == '.') ++at;
    content.append(raw, at, end - at);
    at = end;
  }
  return content;
}

bool has_bare_line_end(const std::string& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
  }
  return false;
}

// "MAIL FROM:<a@b> SIZE=1" to address and parameters.
std::pair<std::string, std::string> path_of(const std::string& command) {
  const size_t open = command.find('<');
  size_t close = open;
  for (bool quoted = false; close < command.size() && (quoted || command[close] != '>'); ++close) {
    if (command[close] == '\\')
      ++close;
    else if (command[close] == '"')
      quoted = !quoted;
  }
  if (open == std::string::npos || close >= command.size()) return {command, ""};
  std::string parameters = command.substr(close + 1);
  parameters.erase(0, parameters.find_first_not_of(' '));
  return {command.substr(open + 1, close - open - 1), parameters};
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace

// ---- one client

class RecordingNextHop::Conversation {
 public:
  Conversation(RecordingNextHop& hop, int fd) : hop_(hop), fd_(fd), in_(fd) {}

  void run() {
    if (!reply(hop_.answer("", "220 hop.example.org ready"))) return;
    while (const auto line = in_.line()) {
      hop_.heard(*line);
      const std::string verb = upper(line->substr(0, line->find_first_of(" \t")));
      if (!reply(hop_.answer(*line, usual(verb))) || verb == "QUIT") return;
      if (!note(verb, *line)) return;
    }
  }

 private:
  std::string usual(const std::string& verb) const {
    const std::string hello = hop_.options_.lmtp ? "LHLO" : "EHLO";
    if (verb == hello) {
      std::string text;
      for (const std::string& extension : hop_.options_.extensions) text += "250-" + extension + "\r\n";
      return "250-hop.example.org\r\n" + text + "250 HELP";
    }
    if (verb == "HELO" && !hop_.options_.lmtp) return "250 hop.example.org";
    if (verb == "QUIT") return "221 2.0.0 Bye";
    if (verb == "MAIL" || verb == "RSET" || verb == "NOOP" || verb == "XFORWARD") return "250 2.0.0 Ok";
    if (verb == "RCPT") return has_sender_ ? "250 2.1.5 Ok" : "503 5.5.1 MAIL first";
    if (verb == "DATA")
      return mail_.recipients.empty() ? "554 5.5.1 No valid recipients" : "354 End data with <CR><LF>.<CR><LF>";
    return "500 5.5.2 Unknown command";
  }

  // What an accepted command means. False: the connection is over.
  bool note(const std::string& verb, const std::string& line) {
    if (verb == "EHLO" || verb == "HELO" || verb == "LHLO") {
      protocol_ = verb == "LHLO" ? "LMTP" : verb == "EHLO" ? "ESMTP" : "SMTP";
      helo_ = line.size() > 5 ? line.substr(5) : "";
      reset();
    }
    if (verb == "RSET") reset();
    if (code_ != '2' && code_ != '3') return true;
    if (verb == "XFORWARD") {
      std::istringstream words(line.substr(8));
      for (std::string word; words >> word;)
        if (const size_t equals = word.find('='); equals != std::string::npos)
          xforward_[upper(word.substr(0, equals))] = word.substr(equals + 1);
    }
    if (verb == "MAIL") {
      reset();
      has_sender_ = true;
      std::tie(mail_.sender, mail_.parameters) = path_of(line);
    }
    if (verb == "RCPT") {
      const auto [address, parameters] = path_of(line);
      mail_.recipients.push_back({address, parameters});
    }
    return verb != "DATA" || code_ != '3' || take_content();
  }

  bool take_content() {
    const auto raw = in_.content();
    if (!raw) return false;
    mail_.content = unstuffed(*raw);
    mail_.has_bare_line_end = has_bare_line_end(*raw);
    mail_.protocol = protocol_;
    mail_.helo = helo_;
    mail_.xforward = xforward_;
    mail_.queue_id = hop_.next_queue_id();
    hop_.heard(".");
    const std::vector<std::string> replies = final_replies();
    for (const std::string& text : replies) mail_.is_accepted |= text.starts_with('2');
    hop_.keep(std::exchange(mail_, {}));  // before the reply: whoever has it shall find the mail here
    has_sender_ = false;
    for (const std::string& text : replies)
      if (!reply(text)) return false;
    return true;
  }

  std::vector<std::string> final_replies() const {
    if (!hop_.options_.lmtp) return {hop_.answer(".", "250 2.0.0 Ok: queued as " + mail_.queue_id)};
    std::vector<std::string> each;
    for (const KeptMail::Recipient& r : mail_.recipients)
      each.push_back(
          hop_.answer(".<" + r.address + ">", "250 2.0.0 <" + r.address + "> Ok: queued as " + mail_.queue_id));
    return each;
  }

  bool reply(std::string text) {
    code_ = text.empty() ? '0' : text[0];
    if (text == "HANG") return in_.drain(), false;
    const bool closes = text.ends_with("CLOSE");
    if (closes) text.resize(text.size() - 5);
    if (text.empty()) return false;
    text += "\r\n";
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()) && !closes;
  }

  void reset() {
    mail_ = {};
    has_sender_ = false;
  }

  RecordingNextHop& hop_;
  int fd_;
  Incoming in_;
  KeptMail mail_;
  std::string protocol_, helo_;
  std::map<std::string, std::string> xforward_;
  bool has_sender_ = false;
  char code_ = '0';
};

// ---- the door

RecordingNextHop::RecordingNextHop(NextHopOptions options) : options_(std::move(options)), port_(options_.port) {
  open_door();
}

RecordingNextHop::~RecordingNextHop() {
  close_door();
}

void RecordingNextHop::open_door() {
  if (listener_) return;
  listen();
  door_ = std::jthread([this] { accept_all(); });
}

void RecordingNextHop::listen() {
  const bool local = !options_.path.empty();
  listener_.reset(::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  options_.path.copy(path.sun_path, sizeof path.sun_path - 1);
  sockaddr_in host{};
  host.sin_family = AF_INET;
  host.sin_port = htons(port_);
  host.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (local) ::unlink(path.sun_path);
  auto* address = local ? reinterpret_cast<sockaddr*>(&path) : reinterpret_cast<sockaddr*>(&host);
  socklen_t size = local ? sizeof path : sizeof host;
  if (::bind(listener_.get(), address, size) != 0 || ::listen(listener_.get(), 128) != 0)
    base::throw_errno("listen on", endpoint());
  if (local)
    ::chmod(path.sun_path, 0666);
  else if (::getsockname(listener_.get(), address, &size) == 0)
    port_ = ntohs(host.sin_port);
}

void RecordingNextHop::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    ++connections_;
    open_.push_back(fd);
    conversations_.emplace_back([this, fd] {
      Conversation(*this, fd).run();
      const std::lock_guard still(mutex_);
      open_.remove(fd);
      ::close(fd);
    });
  }
}

void RecordingNextHop::close_door() {
  if (!listener_) return;
  ::shutdown(listener_.get(), SHUT_RDWR);
  door_ = {};
  listener_.reset();
  if (!options_.path.empty()) ::unlink(options_.path.c_str());
  std::list<std::jthread> ending;
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    ending.swap(conversations_);
  }
}

std::string RecordingNextHop::endpoint() const {
  const std::string protocol = options_.lmtp ? "lmtp:" : "smtp:";
  return protocol + (options_.path.empty() ? "[127.0.0.1]:" + std::to_string(port_) : "unix:" + options_.path);
}

// ---- the rules

void RecordingNextHop::answers(const std::string& beginning, const std::string& reply, unsigned times) {
  const std::lock_guard lock(mutex_);
  rules_.push_front({beginning, reply, times});
}

void RecordingNextHop::behaves() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

std::string RecordingNextHop::answer(const std::string& command, const std::string& otherwise) {
  const std::lock_guard lock(mutex_);
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (rule->beginning.empty() != command.empty() || !command.starts_with(rule->beginning)) continue;
    std::string reply = rule->reply;
    if (rule->times > 0 && --rule->times == 0) rules_.erase(rule);
    return reply;
  }
  return otherwise;
}

// ---- what was kept

void RecordingNextHop::keep(KeptMail mail) {
  std::function<void(const KeptMail&)> tell;
  {
    const std::lock_guard lock(mutex_);
    (mail.is_accepted ? mails_ : unaccepted_).push_back(mail);
    if (mail.is_accepted) tell = on_mail_;
    changed_.notify_all();
  }
  if (tell) tell(mail);
}

void RecordingNextHop::heard(const std::string& command) {
  const std::lock_guard lock(mutex_);
  commands_.push_back(command);
  changed_.notify_all();
}

std::string RecordingNextHop::next_queue_id() {
  const std::lock_guard lock(mutex_);
  return "HOP" + std::to_string(1000 + ++last_queue_id_);
}

std::vector<KeptMail> RecordingNextHop::mails() const {
  const std::lock_guard lock(mutex_);
  return mails_;
}

std::vector<KeptMail> RecordingNextHop::unaccepted() const {
  const std::lock_guard lock(mutex_);
  return unaccepted_;
}

std::vector<KeptMail> RecordingNextHop::wait_for(size_t count, Time limit) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patient(limit), [&] { return mails_.size() >= count; }))
    throw std::runtime_error("the next hop waited for " + std::to_string(count) + " mails, " +
                             std::to_string(mails_.size()) + " came");
  return mails_;
}

void RecordingNextHop::wait_for_command(const std::string& beginning, Time limit) const {
  std::unique_lock lock(mutex_);
  const auto came = [&] {
    return std::any_of(commands_.begin(), commands_.end(),
                       [&](const std::string& c) { return c.starts_with(beginning); });
  };
  if (!changed_.wait_for(lock, patient(limit), came))
    throw std::runtime_error("the next hop waited for the command " + beginning);
}

std::vector<std::string> RecordingNextHop::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

size_t RecordingNextHop::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void RecordingNextHop::forget() {
  const std::lock_guard lock(mutex_);
  mails_.clear();
  unaccepted_.clear();
  commands_.clear();
}

void RecordingNextHop::on_mail(std::function<void(const KeptMail&)> call) {
  const std::lock_guard lock(mutex_);
  on_mail_ = std::move(call);
}

}  // namespace postern::testing
