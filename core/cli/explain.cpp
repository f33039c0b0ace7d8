// SPDX-License-Identifier: MIT
#include <iostream>

#include "cli/examination.h"
#include "report/mail_log.h"

namespace postern::cli {
namespace {

// 0: it would pass as clean; 1: it would be blocked or deferred; 2: it would pass, but not everything in it was examined.
int exit_code(const mail::Judgement& judgement) {
  for (const mail::RecipientJudgement& r : judgement.recipients)
    if (r.action != mail::Action::pass) return negative;
  return judgement.main() == mail::Category::clean ? done : 2;
}

}  // namespace

int explain(const Words& words) {
  Verb verb{"postern explain [options] FILE\n\nWhat would happen to this mail, and why. Runs everything but the consequences, without the daemon.\n"
            "Exit code: 0 it passes, 1 it is blocked or deferred, 2 it passes though not all of it was examined.",
            po::options_description("Options"), "file"};
  add_mail_options(verb.options);
  verb.options.add_options()("json", "one JSON object");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const auto configuration = load_configuration(given);
    const mail::ReceivedMail mail = read_mail(given);
    const filter::Examination e = examine_here(configuration, mail, false);
    if (given.count("json")) std::cout << report::explain_json(mail, e.contents, e.findings, e.judgement) << "\n";
    else std::cout << report::explain_text(mail, e.contents, e.findings, e.judgement);
    return exit_code(e.judgement);
  });
}

}  // namespace postern::cli
