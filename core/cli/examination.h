// SPDX-License-Identifier: MIT
// A mail from a file, and the rooms to examine it in this process, with no daemon and no effect: for explain and parts.
#pragma once
#include <memory>
#include <string>

#include "cli/command_line.h"
#include "daemon/worker.h"
#include "filter/corridor.h"
#include "mail/received_mail.h"

namespace postern::cli {

// "-" reads standard input. Line ends become CRLF, as in a mail that came over SMTP. Throws Failure{no_input}.
mail::ReceivedMail read_mail(const po::variables_map& given);
void add_mail_options(po::options_description& options);  // FILE, --from, --rcpt, --client, --helo

// The configured plug-ins, opened once in this process for any number of mails. only_decode: the scanners are not asked. Throws
// Failure{bad_config} where a plug-in cannot be used, and says why on stderr.
class Examiner {
 public:
  Examiner(std::shared_ptr<const config::Configuration> configuration, bool only_decode);
  ~Examiner();  // gives the plug-ins their instances back and ends the engines
  filter::Examination examine(const mail::ReceivedMail& mail);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::cli
