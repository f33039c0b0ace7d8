// SPDX-License-Identifier: MIT
#include "judge/judge.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/log.h"
#include "judge/banned_parts.h"
#include "postern/plugin.h"

namespace postern::judge {
namespace {

using mail::Category;
using mail::Contents;
using mail::Defect;
using mail::DefectKind;
using mail::Finding;
using mail::Findings;
using mail::Judgement;
using mail::OnError;
using mail::Part;
using mail::ReceivedMail;
using mail::ScanReport;
using mail::ScanState;

void look_at_parts(const Contents& contents, Judgement& judgement);
void look_at_reports(const Contents& contents, const Findings& findings, Judgement& judgement);
void look_at_header(const ReceivedMail& mail, const Contents& contents, const HeaderChecks& checks, Judgement& judgement);
void ask_the_recipients(const ReceivedMail& mail, const PartDescriptions& parts, const policy::Policy& policy,
                        const std::vector<std::string>& listener_banks, Judgement& judgement);

}  // namespace

Judgement judge(const ReceivedMail& mail, const Contents& contents, const Findings& findings, const Law& law,
                const std::vector<std::string>& listener_banks) {
  Judgement judgement;
  look_at_parts(contents, judgement);
  look_at_reports(contents, findings, judgement);
  look_at_header(mail, contents, law.header_checks, judgement);
  ask_the_recipients(mail, PartDescriptions(contents, findings), law.policy, listener_banks, judgement);
  return judgement;
}

namespace {

constexpr const char *decode_source = "decode", *header_source = "header", *banned_source = "rules";

void add(Judgement& judgement, Category category, std::string source, std::string part, std::string text) {
  judgement.reasons.push_back({category, std::move(source), std::move(part), std::move(text)});
}

std::string with_detail(const std::string& word, const std::string& detail) {
  return detail.empty() ? word : word.empty() ? detail : word + ": " + detail;
}

// A note says nothing for or against the mail and gives no reason.
Category category_of(DefectKind kind) {
  switch (kind) {
    case DefectKind::encrypted:
      return Category::encrypted;
    case DefectKind::ambiguous:
      return Category::ambiguous;
    case DefectKind::undecoded:
      return Category::unchecked;
    case DefectKind::limit:
      return Category::over_limit;
    case DefectKind::crashed:
      return Category::crashed;
    case DefectKind::malformed:
    case DefectKind::macro:
    case DefectKind::note:
      return Category::clean;
  }
  return Category::unchecked;  // a kind nobody taught us is not harmless
}

// Flags a decoder set without saying why: bytes that nobody saw.
void look_at_flags(const Part& part, Judgement& judgement) {
  const bool explained = std::any_of(part.defects.begin(), part.defects.end(),
                                     [](const Defect& d) { return category_of(d.kind) != Category::clean; });
  if (explained) return;
  if (part.flags & POSTERN_PART_ENCRYPTED)
    add(judgement, Category::encrypted, decode_source, part.path, "encrypted");
  else if (part.flags & POSTERN_PART_TRUNCATED)
    add(judgement, Category::unchecked, decode_source, part.path, "truncated");
}

void look_at_parts(const Contents& contents, Judgement& judgement) {
  if (contents.parts().empty()) add(judgement, Category::unchecked, decode_source, "", "not-unpacked");
  for (const Part& part : contents.parts()) {
    for (const Defect& defect : part.defects)
      if (defect.kind != DefectKind::note)
        add(judgement, category_of(defect.kind), decode_source, part.path, with_detail(defect.code, defect.text));
    look_at_flags(part, judgement);
  }
}

// The category a finding leads to. Score and policy findings have no category yet: reasons of a clean mail.
Category category_of(const Finding& finding) {
  switch (finding.category) {
    case POSTERN_CAT_MALWARE:
    case POSTERN_CAT_PUA:
    case POSTERN_CAT_PHISHING:
      return Category::infected;
    case POSTERN_CAT_ENCRYPTED:
      return Category::encrypted;
    case POSTERN_CAT_AMBIGUOUS:
      return Category::ambiguous;
    case POSTERN_CAT_UNSUPPORTED:
      return Category::unchecked;
    case POSTERN_CAT_LIMIT:
      return Category::over_limit;
    case POSTERN_CAT_SPAM:
    case POSTERN_CAT_TRUSTED:
    case POSTERN_CAT_MACRO:
    case POSTERN_CAT_POLICY:
    case POSTERN_CAT_MALFORMED:
    case POSTERN_CAT_INFO:
      return Category::clean;
    default:
      return Category::unchecked;  // of a plug-in newer than this program: we don't know what it said
  }
}

std::string what_was_found(const Finding& finding, Category category) {
  const std::string text = with_detail(finding.name, finding.text);
  if (!text.empty()) return text;
  return category == Category::infected ? "unnamed" : "finding of kind " + std::to_string(finding.category);
}

void look_at_findings(const Contents& contents, const ScanReport& report, std::set<std::string>& seen,
                      Judgement& judgement) {
  for (const Finding& finding : report.findings) {
    const Category category = category_of(finding);
    const bool is_known_part = finding.part != 0 && finding.part < contents.parts().size();
    add(judgement, category, "scanner " + report.instance, is_known_part ? contents.parts()[finding.part].path : "",
        what_was_found(finding, category));
    if (category != Category::infected) continue;
    const std::string virus = finding.name.empty() ? "unnamed" : finding.name;
    if (seen.insert(virus).second) judgement.virus_names.push_back(virus);
  }
}

const ScanReport* answering_backup(const Findings& findings) {
  const auto found = std::find_if(findings.reports.begin(), findings.reports.end(),
                                  [](const ScanReport& r) { return r.backup && has_answered(r.state); });
  return found == findings.reports.end() ? nullptr : &*found;
}

// The scanner gave no answer: what the administrator wants then.
void look_at_failure(const ScanReport& report, const ScanReport* backup, Judgement& judgement) {
  const std::string source = "scanner " + report.instance;
  const std::string text = with_detail(name(report.state), report.reason);
  switch (report.on_error) {
    case OnError::defer:
      return add(judgement, Category::unscanned, source, "", text);
    case OnError::pass_unchecked:
      return add(judgement, Category::unchecked, source, "", text);
    case OnError::next:
      if (backup && backup != &report)
        return add(judgement, Category::clean, source, "", text + "; " + backup->instance + " answered instead");
      return add(judgement, Category::unscanned, source, "", text + "; no back-up answered");
  }
}

bool was_opened(const Contents& contents) {
  const auto is_why_not = [](const Defect& d) { return d.kind == DefectKind::crashed && d.code == mail::workers_crashed; };
  return contents.parts().empty() ||
         std::none_of(contents.parts().front().defects.begin(), contents.parts().front().defects.end(), is_why_not);
}

void look_at_reports(const Contents& contents, const Findings& findings, Judgement& judgement) {
  if (findings.reports.empty())
    return add(judgement, Category::clean, "scan", "",
               was_opened(contents) ? "no scanner is configured" : "no scanner was asked about a mail that is not opened");
  const ScanReport* backup = answering_backup(findings);
  std::set<std::string> seen;
  bool all_idle = true;
  for (const ScanReport& report : findings.reports) {
    // Whatever became of the scanner afterwards: what it found, it found.
    look_at_findings(contents, report, seen, judgement);
    if (report.state != ScanState::not_asked) all_idle = false;
    switch (report.state) {
      case ScanState::answered:
      case ScanState::not_asked:
        break;
      case ScanState::partial:
        add(judgement, Category::unchecked, "scanner " + report.instance, "",
            with_detail(name(report.state), report.reason));
        break;
      case ScanState::unavailable:
      case ScanState::failed:
      case ScanState::timed_out:
      case ScanState::crashed:
        look_at_failure(report, backup, judgement);
        break;
    }
  }
  // "An earlier stage made it unnecessary" needs an earlier stage that spoke.
  if (all_idle) add(judgement, Category::unscanned, "scan", "", "no scanner was asked");
}

void look_at_header(const ReceivedMail& mail, const Contents& contents, const HeaderChecks& checks, Judgement& judgement) {
  for (const HeaderFault& fault : check_header(mail.content.bytes(), contents, checks, mail.envelope.smtputf8))
    add(judgement, Category::bad_header, header_source, "", fault.text);
}

std::vector<Category> ranked(std::vector<Category> categories) {
  std::sort(categories.rbegin(), categories.rend());
  categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
  if (categories.empty()) categories.push_back(Category::clean);
  return categories;
}

std::vector<Category> categories_of(const std::vector<mail::Reason>& reasons) {
  std::vector<Category> categories;
  for (const mail::Reason& reason : reasons)
    if (reason.category != Category::clean) categories.push_back(reason.category);
  return categories;
}

// Recipients mostly share one list of rules: each list is asked once.
class Bans {
 public:
  Bans(const PartDescriptions& parts, Judgement& judgement) : parts_(parts), judgement_(judgement) {}

  bool is_banned(const std::vector<const policy::RuleSet*>& rules) {
    const auto [at, is_new] = asked_.try_emplace(rules, false);
    if (!is_new) return at->second;
    std::vector<Ban> bans = parts_.banned(rules);
    at->second = !bans.empty();
    for (Ban& ban : bans) add(judgement_, Category::banned, banned_source, std::move(ban.part), std::move(ban.text));
    return at->second;
  }

 private:
  const PartDescriptions& parts_;
  Judgement& judgement_;
  std::map<std::vector<const policy::RuleSet*>, bool> asked_;
};

// The highest category that shall not pass decides; where all may pass, the highest does, and one wish for a copy is enough.
mail::RecipientJudgement decided(uint32_t recipient, std::vector<Category> categories,
                                 const std::function<policy::Wish(Category)>& wish_for) {
  mail::RecipientJudgement judged{recipient, categories.front(), mail::Action::pass, false, false, {}, {}};
  for (const Category category : categories) {
    const policy::Wish wish = wish_for(category);
    const bool blocks = wish.action != mail::Action::pass;
    if (blocks || category == categories.front()) judged.rule = wish.origin.text();
    if (blocks) {
      judged.category = category;
      judged.action = wish.action;
      judged.quarantine = wish.quarantine;
      judged.notify_admin = wish.notify_admin;
      break;
    }
    judged.quarantine = judged.quarantine || wish.quarantine;
    judged.notify_admin = judged.notify_admin || wish.notify_admin;
  }
  judged.categories = std::move(categories);
  return judged;
}

void ask_the_recipients(const ReceivedMail& mail, const PartDescriptions& parts, const policy::Policy& policy,
                        const std::vector<std::string>& listener_banks, Judgement& judgement) {
  if (!parts.is_complete()) add(judgement, Category::over_limit, "rules", "", "limit-names: more names than are looked at");
  const std::vector<Category> of_all = categories_of(judgement.reasons);
  Bans bans(parts, judgement);
  std::vector<Category> of_any;
  for (uint32_t i = 0; i < mail.envelope.recipients.size(); ++i) {
    std::vector<Category> categories = of_all;
    if (bans.is_banned(policy.rules(mail, i, listener_banks))) categories.push_back(Category::banned);
    judgement.recipients.push_back(decided(i, ranked(std::move(categories)), [&](Category c) { return policy.wish(mail, i, listener_banks, c); }));
    const auto& theirs = judgement.recipients.back().categories;
    of_any.insert(of_any.end(), theirs.begin(), theirs.end());
  }
  if (of_any.empty()) of_any = of_all;  // a mail to nobody, from a tool
  std::erase(of_any, Category::clean);
  judgement.categories = ranked(std::move(of_any));
}

std::string virus_list(const std::vector<std::string>& names) {
  constexpr size_t shown = 3;  // the log has them all
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), shown); ++i) list += (i ? ", " : "") + names[i];
  if (names.size() > shown) list += " and " + std::to_string(names.size() - shown) + " more";
  return list;
}

// A client learns nothing of our scanners, so their reasons are told in general words; what is wrong with the mail is
// named by the defect's code.
std::string general_words(Category category) {
  switch (category) {
    case Category::clean:
      return "";
    case Category::bad_header:
      return "header section is not well-formed";
    case Category::unchecked:
      return "content could not be examined";
    case Category::encrypted:
      return "content is encrypted";
    case Category::ambiguous:
      return "content can be read in two ways";
    case Category::over_limit:
      return "limits of examination exceeded";
    case Category::banned:
      return "content is not allowed here";
    case Category::crashed:
      return "examination failed";
    case Category::unscanned:
      return "not examined yet";
    case Category::infected:
      return "malware";
  }
  return "";
}

}  // namespace

std::string headline(const Judgement& judgement, Category category) {
  constexpr size_t longest = 200;  // leaves room for the rest of a reply line, RFC 5321 4.5.3.1.5
  if (category == Category::infected && !judgement.virus_names.empty())
    return base::log::printable(virus_list(judgement.virus_names), longest);
  if (category == Category::clean) return general_words(category);
  for (const mail::Reason& reason : judgement.reasons) {
    if (reason.category != category) continue;
    // What is wrong with the header, or forbidden, the sender may know in full; of our decoders they learn the code.
    if (reason.source == header_source) return base::log::printable(reason.text, longest);
    if (reason.source != decode_source && reason.source != banned_source) continue;
    const std::string shown = reason.source == banned_source ? reason.text.substr(0, reason.text.rfind(" (")) : reason.text.substr(0, reason.text.find(": "));
    return base::log::printable(reason.part.empty() ? shown : shown + " in part " + reason.part, longest);
  }
  return general_words(category);
}

}  // namespace postern::judge
