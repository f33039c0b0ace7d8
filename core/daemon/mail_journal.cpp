// SPDX-License-Identifier: MIT
#include "daemon/mail_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace postern::daemon {

MailJournal::MailJournal(const std::string& json_file) {
  if (json_file.empty()) return;
  json_.reset(::open(json_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!json_) base::log::error("mail-json: cannot open " + json_file + ": " + std::strerror(errno));
}

void MailJournal::write(const report::Account& account) {
  std::string lines = report::log_line(account);
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    base::log::info(std::string_view(lines).substr(at, end - at));
    at = end + 1;
  }
  if (!json_) return;
  const std::string json = report::json_line(account) + "\n";
  if (::write(json_.get(), json.data(), json.size()) != static_cast<ssize_t>(json.size()))
    base::log::warning(account.mail.log_id + ": the JSON log line could not be written");
}

}  // namespace postern::daemon
