// SPDX-License-Identifier: MIT
// The cellar: mails held back, as files with an index, durable (fsync of file, directory and index) before store()
// returns. An entry's file is the mail as it arrived under fields of ours (Return-Path, Delivered-To, X-Envelope-From,
// X-Envelope-To, X-Envelope-To-Blocked, X-Quarantine-ID), named by category and id: "virus-<id>.eml". Nothing out of a
// mail becomes part of a path. One flat directory: file systems of today find one name among millions, and the index
// answers every question about the rest. Errors (disk full, permissions): std::system_error or base::TemporaryFailure;
// then nothing half-written stays behind. Several processes may use one directory at a time; an object may be made
// before a fork and used after it.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mail/plan.h"
#include "mail/received_mail.h"

namespace postern::quarantine {

// Text of the mail is raw, as it arrived: escape before printing. The index is what counts; the fields in the file are
// for people.
struct Entry {
  std::string id, mail_id;
  std::string category;                                                             // mail::name(Category)
  std::string reason, sender, subject, message_id, queue_id, client, sha256, file;  // file: relative to the directory
  std::vector<std::string> recipients;                                              // whose copies are held
  uint64_t size = 0;                                                                // of the mail, without our fields
  std::chrono::system_clock::time_point stored;
  std::string state = "new";   // "new", "released"
  std::string released_reply;  // what the next hop said at the release
};

struct Query {
  std::string category, sender, recipient, state;  // empty: any; addresses in any case
  std::optional<std::chrono::system_clock::time_point> since;
  size_t limit = 1000;
};

// The same for every attempt to deliver the same mail: made of content, envelope and queue id. Shape of a mail id.
std::string quarantine_id(const mail::ReceivedMail& mail);

class Quarantine {
 public:
  // Opens or makes the directory (0750), and clears away what a crash more than an hour ago left half-written. The
  // index is opened on first use, anew in each process.
  explicit Quarantine(std::string directory);
  Quarantine(Quarantine&&) noexcept;
  ~Quarantine();

  // Durable when it returns. An entry of that id stays as it is: a retry makes no second copy, it only adds recipients
  // whose copies are now held too. A released entry becomes "new" again: somebody was promised that this arrival is
  // kept, so it must be seen again. Where the file is gone, it is written again. Returns the file's name relative to
  // the directory.
  std::string store(const mail::ReceivedMail& mail, const mail::QuarantineOrder& order);

  std::vector<Entry> list(const Query& query);       // newest first
  std::optional<Entry> find(const std::string& id);  // also refuses what is no id
  std::string content(const Entry& entry);           // the mail as it arrived, byte for byte; its digest is checked
  void mark_released(const std::string& id, const std::string& reply);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::quarantine
