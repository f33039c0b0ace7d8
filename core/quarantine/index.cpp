// SPDX-License-Identifier: MIT
#include "quarantine/index.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/failure.h"
#include "quarantine/directory_lock.h"

namespace postern::quarantine {
namespace {

using namespace std::chrono;

constexpr int64_t schema = 1;
constexpr const char* tables =
    "CREATE TABLE entry("
    " id TEXT PRIMARY KEY, mail_id TEXT, category TEXT, reason TEXT, sender TEXT, subject TEXT, message_id TEXT,"
    " queue_id TEXT, client TEXT, sha256 TEXT, file TEXT, size INTEGER, preamble_size INTEGER,"
    " stored INTEGER,"  // milliseconds since 1970
    " state TEXT, released_reply TEXT) WITHOUT ROWID;"
    "CREATE TABLE recipient(id TEXT, address TEXT, position INTEGER, PRIMARY KEY(id, address)) WITHOUT ROWID;"
    "CREATE INDEX entry_stored ON entry(stored);"
    "CREATE INDEX recipient_address ON recipient(address COLLATE NOCASE);"
    "PRAGMA user_version=1;";

int64_t version(const Database& database) {
  Statement s(database, "PRAGMA user_version");
  return s.step() ? s.number(0) : 0;
}

void make_tables(Database& database) {
  Transaction transaction(database);
  database.run(tables);
  transaction.commit();
}

Database open(const std::string& directory) {
  // SQLite does not wait where two processes turn the same new file to a write-ahead log: so one after the other.
  const DirectoryLock lock(directory);
  Database database(directory + "/index.sqlite");
  const int64_t found = version(database);
  if (found > schema) throw base::TemporaryFailure("quarantine index: made by a newer version of this program");
  if (found == schema) return database;
  make_tables(database);
  // The file's name itself must survive a crash, too.
  if (::fsync(lock.fd()) != 0) base::throw_errno("fsync", directory);
  return database;
}

constexpr const char* select_by_id =
    "SELECT id, mail_id, category, reason, sender, subject, message_id, queue_id, client, sha256, file, size, stored, "
    "state,"
    " released_reply FROM entry WHERE id = ?1";
constexpr const char* select_by_query =
    "SELECT id, mail_id, category, reason, sender, subject, message_id, queue_id, client, sha256, file, size, stored, "
    "state,"
    " released_reply FROM entry WHERE (?1 = '' OR category = ?1) AND (?2 = '' OR sender = ?2 COLLATE NOCASE)"
    " AND (?3 = '' OR id IN (SELECT id FROM recipient WHERE address = ?3 COLLATE NOCASE)) AND (?4 = '' OR state = ?4)"
    " AND stored >= ?5 ORDER BY stored DESC, id LIMIT ?6";

Entry row(const Statement& s) {
  Entry e;
  int column = 0;
  for (std::string* text : {&e.id, &e.mail_id, &e.category, &e.reason, &e.sender, &e.subject, &e.message_id,
                            &e.queue_id, &e.client, &e.sha256, &e.file})
    *text = s.text(column++);
  e.size = static_cast<uint64_t>(s.number(column++));
  e.stored = system_clock::time_point(milliseconds(s.number(column++)));
  e.state = s.text(column++);
  e.released_reply = s.text(column);
  return e;
}

int64_t in_milliseconds(system_clock::time_point time) {
  return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

Index::Index(const std::string& directory) : database_(open(directory)) {}

std::optional<Entry> Index::find(const std::string& id) {
  Statement s(database_, select_by_id);
  s.bind(id);
  if (!s.step()) return std::nullopt;
  Entry entry = row(s);
  entry.recipients = recipients(id);
  return entry;
}

std::vector<Entry> Index::list(const Query& query) {
  std::vector<Entry> entries;
  Statement s(database_, select_by_query);
  s.bind(query.category).bind(query.sender).bind(query.recipient).bind(query.state);
  s.bind(query.since ? in_milliseconds(*query.since) : INT64_MIN);
  s.bind(query.limit > static_cast<size_t>(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(query.limit));
  while (s.step()) {
    entries.push_back(row(s));
    entries.back().recipients = recipients(entries.back().id);
  }
  return entries;
}

uint64_t Index::preamble_size(const std::string& id) {
  Statement s(database_, "SELECT preamble_size FROM entry WHERE id = ?1");
  return s.bind(id).step() ? static_cast<uint64_t>(s.number(0)) : 0;
}

void Index::insert(const Entry& e, uint64_t preamble_size) {
  Statement s(database_,
              "INSERT OR REPLACE INTO entry(id, mail_id, category, reason, sender, subject, message_id, queue_id, "
              "client, sha256,"
              " file, size, preamble_size, stored, state, released_reply) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const std::string* text : {&e.id, &e.mail_id, &e.category, &e.reason, &e.sender, &e.subject, &e.message_id,
                                  &e.queue_id, &e.client, &e.sha256, &e.file})
    s.bind(*text);
  s.bind(static_cast<int64_t>(e.size)).bind(static_cast<int64_t>(preamble_size)).bind(in_milliseconds(e.stored));
  s.bind(e.state).bind(e.released_reply).step();
  add_recipients(e.id, e.recipients);
}

void Index::add_recipients(const std::string& id, const std::vector<std::string>& recipients) {
  for (const std::string& address : recipients) {
    Statement s(database_,
                "INSERT OR IGNORE INTO recipient(id, address, position)"
                " VALUES (?1, ?2, (SELECT count(*) FROM recipient WHERE id = ?1))");
    s.bind(id).bind(address).step();
  }
}

void Index::mark_new(const std::string& id) {
  Statement s(database_, "UPDATE entry SET state = 'new', released_reply = '' WHERE id = ?1");
  s.bind(id).step();
}

bool Index::mark_released(const std::string& id, const std::string& reply) {
  Statement s(database_, "UPDATE entry SET state = 'released', released_reply = ?2 WHERE id = ?1");
  s.bind(id).bind(reply).step();
  return ::sqlite3_changes(database_.handle()) == 1;
}

std::vector<std::string> Index::recipients(const std::string& id) {
  std::vector<std::string> addresses;
  Statement s(database_, "SELECT address FROM recipient WHERE id = ?1 ORDER BY position");
  s.bind(id);
  while (s.step()) addresses.push_back(s.text(0));
  return addresses;
}

}  // namespace postern::quarantine
