// SPDX-License-Identifier: MIT
// Where the ledger's lines go: the readable one to the program's log, the JSON one to a file of its own, opened once per process and
// appended with one write each, so that processes do not mix. A failing disk costs a line, never a mail.
#pragma once
#include <string>

#include "base/unique_fd.h"
#include "report/mail_log.h"

namespace postern::daemon {

class MailJournal {
 public:
  explicit MailJournal(const std::string& json_file);  // empty: no JSON
  void write(const report::Account& account);

 private:
  base::UniqueFd json_;
};

}  // namespace postern::daemon
