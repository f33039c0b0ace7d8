// SPDX-License-Identifier: MIT
// What the cellar holds, as a table: entries by id and the recipients of each. Knows nothing of files. All writing is
// done inside a Transaction of the caller. Errors: base::TemporaryFailure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "quarantine/database.h"
#include "quarantine/quarantine.h"

namespace postern::quarantine {

class Index {
 public:
  explicit Index(const std::string& directory);

  Database& database() { return database_; }
  std::optional<Entry> find(const std::string& id);
  std::vector<Entry> list(const Query& query);
  uint64_t preamble_size(const std::string& id);  // bytes of our fields in front of the mail; 0: no such entry

  void insert(const Entry& entry, uint64_t preamble_size);  // replaces an entry of that id
  void add_recipients(const std::string& id, const std::vector<std::string>& recipients);
  void mark_new(const std::string& id);
  bool mark_released(const std::string& id, const std::string& reply);  // false: no such entry

 private:
  std::vector<std::string> recipients(const std::string& id);

  Database database_;
};

}  // namespace postern::quarantine
