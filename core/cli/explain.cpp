// SPDX-License-Identifier: MIT
#include <iostream>

#include "cli/examination.h"
#include "cli/verdict.h"
#include "report/mail_log.h"

namespace postern::cli {
int explain(const Words& words) {
  Verb verb{"postern explain [options] FILE\n\nWhat would happen to this mail, and why. Runs everything but the consequences, without the daemon.\n" +
                std::string(exit_code_help),
            po::options_description("Options"), "file"};
  add_mail_options(verb.options);
  verb.options.add_options()("json", "one JSON object");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const auto configuration = load_configuration(given);
    const mail::ReceivedMail mail = read_mail(given);
    const filter::Examination e = Examiner(configuration, false).examine(mail);
    const std::string explanation = report::explain_json(mail, e.contents, e.findings, e.judgement);
    if (given.count("json")) std::cout << explanation << "\n";
    else std::cout << report::explain_text(mail, e.contents, e.findings, e.judgement);
    return exit_code(verdict(explanation));
  });
}

}  // namespace postern::cli
