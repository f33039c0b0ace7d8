// SPDX-License-Identifier: MIT
#include <iostream>

#include "base/digest.h"
#include "base/log.h"
#include "cli/examination.h"
#include "report/mail_log.h"

namespace postern::cli {
namespace {

// Digests cost time on the way of every mail and are looked at here, so here they are made.
mail::Contents with_digests(mail::Contents contents, std::string_view mail) {
  std::vector<mail::Part> parts = contents.parts();
  for (mail::Part& part : parts) part.digest = base::sha256(contents.bytes(part, mail));
  return {std::move(parts), base::Content::of(contents.arena().bytes())};
}

void print_tree(const mail::Contents& contents) {
  for (const mail::Part& part : contents.parts()) {
    std::cout << std::string(2 * part.depth, ' ') << part.path << "  " << part.detected_type;
    if (!part.declared_type.empty() && part.declared_type != part.detected_type) std::cout << " (declared " << base::log::printable(part.declared_type, 80) << ")";
    for (const std::string& name : part.names) std::cout << "  \"" << base::log::printable(name, 120) << "\"";
    std::cout << "  " << part.size << " bytes";
    for (const mail::Defect& d : part.defects) std::cout << "  [" << mail::name(d.kind) << ": " << base::log::printable(d.code, 60) << "]";
    std::cout << "\n";
  }
}

}  // namespace

int parts(const Words& words) {
  Verb verb{"postern parts [--json] FILE\n\nEverything that is found in the mail: with --json one JSON object per part and line.", po::options_description("Options"), "file"};
  add_mail_options(verb.options);
  verb.options.add_options()("json", "one JSON object per part and line");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const auto configuration = load_configuration(given);
    const mail::ReceivedMail mail = read_mail(given);
    filter::Examination e = Examiner(configuration, true).examine(mail);
    const mail::Contents contents = with_digests(std::move(e.contents), mail.content.bytes());
    if (given.count("json")) std::cout << report::parts_json(contents);
    else print_tree(contents);
    return done;
  });
}

}  // namespace postern::cli
