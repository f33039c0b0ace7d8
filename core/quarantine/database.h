// SPDX-License-Identifier: MIT
// SQLite as this room needs it: a connection, a prepared statement, a transaction. Text is bytes with a length both
// ways. Errors: base::TemporaryFailure with SQLite's own words.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace postern::quarantine {

class Database {
 public:
  // Opens or makes the file. Write-ahead log with synchronous=FULL: a committed transaction has been fsynced, and
  // readers never wait for the writer. Waits up to 30 s for other processes.
  explicit Database(const std::string& file);

  void run(const char* sql);  // statements without parameters and results
  sqlite3* handle() const { return connection_.get(); }
  [[noreturn]] void fail(const char* doing) const;

  // After a fork the connection belongs to the parent alone: SQLite must not even close it here.
  void abandon() { static_cast<void>(connection_.release()); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

class Statement {
 public:
  Statement(const Database& database, const char* sql);
  Statement& bind(std::string_view text);  // the next parameter; text must outlive the statement
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(int64_t number);
  bool step();  // true: a row is there
  std::string text(int column) const;
  int64_t number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

// Takes the write lock at once, so that what is read inside is still true when it is written. Rolls back unless
// committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
};

}  // namespace postern::quarantine
