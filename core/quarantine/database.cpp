// SPDX-License-Identifier: MIT
#include "quarantine/database.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/failure.h"

namespace postern::quarantine {
namespace {

// An administrator looks in as root, maybe before the first mail was held: the index must stay the workers' own. SQLite itself gives
// the files beside it to the owner of this one.
void give_to_the_owner_of_its_directory(const std::string& file) {
  if (::geteuid() != 0) return;
  struct stat directory {};
  if (::stat(std::filesystem::path(file).parent_path().c_str(), &directory) != 0 ||
      ::lchown(file.c_str(), directory.st_uid, directory.st_gid) != 0)
    base::throw_errno("chown", file);
}

}  // namespace

Database::Database(const std::string& file) {
  sqlite3* opened = nullptr;
  const int rc = ::sqlite3_open_v2(file.c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, nullptr);
  connection_.reset(opened);
  if (!opened) throw base::TemporaryFailure("quarantine index: out of memory");
  if (rc != SQLITE_OK) fail("open");
  give_to_the_owner_of_its_directory(file);
  ::sqlite3_busy_timeout(opened, 30000);
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
}

void Database::run(const char* sql) {
  if (::sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void Database::fail(const char* doing) const {
  throw base::TemporaryFailure(std::string("quarantine index: ") + doing + ": " + ::sqlite3_errmsg(handle()));
}

void Database::Close::operator()(sqlite3* connection) const {
  ::sqlite3_close_v2(connection);
}

Statement::Statement(const Database& database, const char* sql) : database_(database) {
  sqlite3_stmt* prepared = nullptr;
  if (::sqlite3_prepare_v2(database.handle(), sql, -1, &prepared, nullptr) != SQLITE_OK) database.fail("prepare");
  statement_.reset(prepared);
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would be NULL, which equals nothing, not even an empty text.
  const char* at = text.data() ? text.data() : "";
  if (::sqlite3_bind_text64(statement_.get(), ++bound_, at, text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    database_.fail("bind");
  return *this;
}

Statement& Statement::bind(int64_t number) {
  if (::sqlite3_bind_int64(statement_.get(), ++bound_, number) != SQLITE_OK) database_.fail("bind");
  return *this;
}

bool Statement::step() {
  const int rc = ::sqlite3_step(statement_.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) database_.fail("step");
  return rc == SQLITE_ROW;
}

std::string Statement::text(int column) const {
  const auto* at = reinterpret_cast<const char*>(::sqlite3_column_text(statement_.get(), column));
  return at ? std::string(at, static_cast<size_t>(::sqlite3_column_bytes(statement_.get(), column))) : std::string();
}

int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(statement_.get(), column);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // Some errors make SQLite roll back by itself.
  if (::sqlite3_get_autocommit(database_.handle()) == 0)
    ::sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
}

}  // namespace postern::quarantine
