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

// Opens the configured plug-ins and examines the mail. only_decode: the scanners are not asked.
filter::Examination examine_here(const std::shared_ptr<const config::Configuration>& configuration, const mail::ReceivedMail& mail, bool only_decode);

}  // namespace postern::cli
