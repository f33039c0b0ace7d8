// SPDX-License-Identifier: MIT
#include "quarantine/quarantine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/failure.h"
#include "base/unique_fd.h"
#include "mail/bracketed.h"
#include "mail/ids.h"
#include "quarantine/directory_lock.h"
#include "quarantine/held_file.h"
#include "quarantine/index.h"

namespace postern::quarantine {

struct Quarantine::State {
  std::string directory;
  base::UniqueFd fd;
  std::optional<Index> index;
  pid_t index_owner = 0;

  Index& opened_index();
  bool is_whole(const Entry& entry);
  std::optional<std::string> join_known(const Entry& arrival, const DirectoryLock&);
};

namespace {

base::UniqueFd open_directory(const std::string& directory);
Entry entry_of(const mail::ReceivedMail& mail, const mail::QuarantineOrder& order);
std::string preamble(const mail::ReceivedMail& mail, const Entry& entry);

}  // namespace

Quarantine::Quarantine(std::string directory) : state_(std::make_unique<State>()) {
  state_->fd = open_directory(directory);
  state_->directory = std::move(directory);
  remove_leftovers(state_->fd.get());
}

Quarantine::Quarantine(Quarantine&&) noexcept = default;
Quarantine::~Quarantine() {
  if (state_ && state_->index && state_->index_owner != ::getpid()) state_->index->database().abandon();
}

// The mail's bytes are written and fsynced without a lock; under it there is only the name to give. Nobody can begin to
// rely on a file before the lock is let go, so after an error it can be taken back. (SQLite's own lock does not serve:
// it may be gone by the time a commit has failed.)
std::string Quarantine::store(const mail::ReceivedMail& mail, const mail::QuarantineOrder& order) {
  const Entry entry = entry_of(mail, order);
  Index& index = state_->opened_index();
  if (const auto file = state_->join_known(entry, DirectoryLock(state_->directory))) return *file;

  const std::string fields = preamble(mail, entry);
  HeldFile held(state_->fd.get(), {fields, mail.content.bytes()});
  const DirectoryLock lock(state_->directory);
  if (const auto file = state_->join_known(entry, lock)) return *file;  // another process was faster
  held.keep(entry.file);
  try {
    Transaction transaction(index.database());
    index.insert(entry, fields.size());
    transaction.commit();
  } catch (...) {
    held.take_back();
    throw;
  }
  return entry.file;
}

std::vector<Entry> Quarantine::list(const Query& query) {
  return state_->opened_index().list(query);
}

std::optional<Entry> Quarantine::find(const std::string& id) {
  if (!mail::is_mail_id(id)) return std::nullopt;
  return state_->opened_index().find(id);
}

std::string Quarantine::content(const Entry& entry) {
  // A path is made of what the index says, never of what the caller brings.
  const auto known = find(entry.id);
  if (!known) throw base::TemporaryFailure("no quarantine entry of that id");
  if (!state_->is_whole(*known))
    throw base::TemporaryFailure("quarantine file " + known->file + " is missing or has another size");
  base::UniqueFd fd(::openat(state_->fd.get(), known->file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) base::throw_errno("open quarantine file", known->file);
  const base::Content file(std::move(fd));
  const std::string_view mail = file.bytes().substr(state_->opened_index().preamble_size(known->id));
  if (base::hex(base::sha256(mail)) != known->sha256)
    throw base::TemporaryFailure("quarantine file " + known->file + " was changed");
  return std::string(mail);
}

void Quarantine::mark_released(const std::string& id, const std::string& reply) {
  if (!mail::is_mail_id(id) || !state_->opened_index().mark_released(id, reply))
    throw base::TemporaryFailure("no quarantine entry of that id");
}

// [worker] SQLite's connections do not survive a fork; the parent's is left alone, neither used nor closed.
Index& Quarantine::State::opened_index() {
  if (index && index_owner != ::getpid()) {
    index->database().abandon();
    index.reset();
  }
  if (!index) {
    index.emplace(directory);
    index_owner = ::getpid();
  }
  return *index;
}

bool Quarantine::State::is_whole(const Entry& entry) {
  struct stat status {};
  return ::fstatat(fd.get(), entry.file.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         static_cast<uint64_t>(status.st_size) == opened_index().preamble_size(entry.id) + entry.size;
}

// The same mail is here already, whole: its entry is made to hold this arrival, too. Returns its file.
std::optional<std::string> Quarantine::State::join_known(const Entry& arrival, const DirectoryLock&) {
  const auto known = index->find(arrival.id);
  if (!known || !is_whole(*known)) return std::nullopt;
  // An id is 72 bits of a digest: whoever looks for two mails with the same one must not make us drop the second.
  if (known->sha256 != arrival.sha256)
    throw base::TemporaryFailure("quarantine id " + arrival.id + " belongs to another mail");
  Transaction transaction(index->database());
  index->add_recipients(arrival.id, arrival.recipients);
  if (known->state != "new") index->mark_new(arrival.id);
  transaction.commit();
  return known->file;
}

namespace {

base::UniqueFd open_directory(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path path(directory);
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST)
    base::throw_errno("make the quarantine directory", directory);
  base::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) base::throw_errno("open the quarantine directory", directory);
  return fd;
}

std::string bounded(std::string text) {
  constexpr size_t longest = 1000;  // a field may be as long as the mail; the list shows a line
  if (text.size() > longest) text.resize(longest);
  return text;
}

Entry entry_of(const mail::ReceivedMail& mail, const mail::QuarantineOrder& order) {
  // The id becomes a file name, so it is looked at here whoever made it.
  if (!mail::is_mail_id(order.id)) throw base::TemporaryFailure("not a quarantine id");
  const std::string_view content = mail.content.bytes();
  Entry entry;
  entry.id = order.id;
  entry.mail_id = mail.mail_id;
  entry.category = name(order.category);
  entry.reason = bounded(order.reason);
  entry.sender = mail.envelope.sender;
  entry.subject = bounded(mail::header_field(content, "Subject"));
  entry.message_id = bounded(mail::header_field(content, "Message-ID"));
  entry.queue_id = mail.client.ident;
  entry.client = mail.client.address;
  entry.sha256 = base::hex(base::sha256(content));
  entry.file = entry.category + "-" + entry.id + ".eml";
  for (const uint32_t i : order.recipients) entry.recipients.push_back(mail.envelope.recipients.at(i).address);
  entry.size = content.size();
  entry.stored = std::chrono::system_clock::now();
  return entry;
}

void append_field(std::string& out, const char* name, const std::vector<std::string>& addresses) {
  out += name;
  for (size_t i = 0; i < addresses.size(); ++i) out += (i ? ",\r\n " : " ") + mail::bracketed(addresses[i]);
  out += "\r\n";
}

// amavisd's fields, which release tools and people know. An address cannot leave its brackets.
std::string preamble(const mail::ReceivedMail& mail, const Entry& entry) {
  std::vector<std::string> all;
  for (const mail::Recipient& r : mail.envelope.recipients) all.push_back(r.address);
  std::string out;
  append_field(out, "Return-Path:", {entry.sender});
  out += "Delivered-To: " + entry.category + "-quarantine\r\n";
  append_field(out, "X-Envelope-From:", {entry.sender});
  append_field(out, "X-Envelope-To:", all);
  append_field(out, "X-Envelope-To-Blocked:", entry.recipients);
  out += "X-Quarantine-ID: <" + entry.id + ">\r\n";
  return out;
}

void append_counted(std::string& out, std::string_view text) {
  out += std::to_string(text.size()) + ":";
  out += text;
}

}  // namespace

std::string quarantine_id(const mail::ReceivedMail& mail) {
  // Each text with its length, so that no two lists read the same; recipients in any order are the same mail.
  std::string identity;
  append_counted(identity, base::hex(base::sha256(mail.content.bytes())));
  append_counted(identity, mail.envelope.sender);
  std::vector<std::string> recipients;
  for (const mail::Recipient& r : mail.envelope.recipients) recipients.push_back(r.address);
  std::sort(recipients.begin(), recipients.end());
  for (const std::string& address : recipients) append_counted(identity, address);
  append_counted(identity, mail.client.ident);

  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (;;) {
    const base::Sha256 digest = base::sha256(identity);
    std::string id;
    for (size_t i = 0; i < 12; ++i) id += alphabet[digest[i] & 63];
    if (mail::is_mail_id(id)) return id;
    identity.assign(reinterpret_cast<const char*>(digest.data()),
                    digest.size());  // began or ended with a sign: once more
  }
}

}  // namespace postern::quarantine
