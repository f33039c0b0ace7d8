// SPDX-License-Identifier: MIT
#include "judge/judge.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "judge/banned_parts.h"
#include "judge/spam_score.h"
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
void look_at_reports(const Contents& contents, const Findings& findings, const policy::VirusNames& names, SpamScore& score, Judgement& judgement);
void look_at_header(const ReceivedMail& mail, const Contents& contents, const HeaderChecks& checks, Judgement& judgement);
void ask_the_recipients(const ReceivedMail& mail, const PartDescriptions& parts, const SpamScore& score, const policy::Policy& policy,
                        const std::vector<std::string>& listener_banks, Judgement& judgement);

}  // namespace

Judgement judge(const ReceivedMail& mail, const Contents& contents, const Findings& findings, const Law& law,
                const std::vector<std::string>& listener_banks) {
  Judgement judgement;
  look_at_parts(contents, judgement);
  SpamScore score(findings);
  look_at_reports(contents, findings, law.policy.virus_names(), score, judgement);
  look_at_header(mail, contents, law.header_checks, judgement);
  ask_the_recipients(mail, PartDescriptions(contents, findings), score, law.policy, listener_banks, judgement);
  judgement.tests = score.tests();
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

// The category a finding leads to by itself. Points come to something only when they are added up.
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
  const bool is_score = finding.category == POSTERN_CAT_SPAM || finding.category == POSTERN_CAT_TRUSTED;
  const std::string name = is_score ? finding.name + " " + mail::points_text(finding.score) : finding.name;
  const std::string text = with_detail(name, finding.text);
  if (!text.empty()) return text;
  return category == Category::infected ? "unnamed" : "finding of kind " + std::to_string(finding.category);
}

// What the names of all malware findings together mean: points, if every one of them stands for spam, else malware.
struct Names {
  bool mean_spam = false;
  std::map<std::string, int32_t> points;  // by name
};

Names meaning(const Findings& findings, const policy::VirusNames& table) {
  Names names;
  bool all = true;
  for (const ScanReport& report : findings.reports)
    for (const Finding& finding : report.findings) {
      if (category_of(finding) != Category::infected) continue;
      const policy::VirusName* row = table.find(finding.name);
      if (row && row->points) names.points[finding.name] = *row->points;
      else all = false;
    }
  names.mean_spam = all && !names.points.empty();
  return names;
}

void look_at_findings(const Contents& contents, const ScanReport& report, const Names& names, std::set<std::string>& seen,
                      Judgement& judgement) {
  for (const Finding& finding : report.findings) {
    const Category by_itself = category_of(finding);
    const Category category = by_itself == Category::infected && names.mean_spam ? Category::clean : by_itself;
    const bool is_known_part = finding.part != 0 && finding.part < contents.parts().size();
    add(judgement, category, "scanner " + report.instance, is_known_part ? contents.parts()[finding.part].path : "",
        what_was_found(finding, category));
    if (category != Category::infected) continue;
    const std::string virus = finding.name.empty() ? "unnamed" : finding.name;
    if (seen.insert(virus).second) judgement.virus_names.push_back(virus);
  }
}

const ScanReport* answering_backup(const Findings& findings, bool scores) {
  const auto found = std::find_if(findings.reports.begin(), findings.reports.end(),
                                  [&](const ScanReport& r) { return r.backup && r.scores == scores && has_answered(r.state); });
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

// Whether anybody looked for malware: what scanners of scores say, or do not say, is no answer to that.
void look_for_malware_scanners(const Contents& contents, const Findings& findings, Judgement& judgement) {
  const auto looks_for_malware = [](const ScanReport& r) { return !r.scores; };
  const auto was_asked = [](const ScanReport& r) { return !r.scores && r.state != ScanState::not_asked; };
  const auto& reports = findings.reports;
  if (std::none_of(reports.begin(), reports.end(), looks_for_malware))
    return add(judgement, Category::clean, "scan", "",
               was_opened(contents) ? "no scanner is configured" : "no scanner was asked about a mail that is not opened");
  // "An earlier stage made it unnecessary" needs an earlier stage that spoke.
  if (std::none_of(reports.begin(), reports.end(), was_asked)) add(judgement, Category::unscanned, "scan", "", "no scanner was asked");
}

void look_at_notes(const ScanReport& report, Judgement& judgement) {
  for (const auto& [key, value] : report.notes)
    if (key == "spam.autolearn" && judgement.autolearn.empty()) judgement.autolearn = value;
}

void look_at_reports(const Contents& contents, const Findings& findings, const policy::VirusNames& table, SpamScore& score, Judgement& judgement) {
  const Names names = meaning(findings, table);
  std::set<std::string> seen;
  for (const ScanReport& report : findings.reports) {
    // Whatever became of the scanner afterwards: what it found, it found.
    look_at_findings(contents, report, names, seen, judgement);
    look_at_notes(report, judgement);
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
        look_at_failure(report, answering_backup(findings, report.scores), judgement);
        break;
    }
  }
  look_for_malware_scanners(contents, findings, judgement);
  if (!names.mean_spam) return;
  const auto most = std::max_element(names.points.begin(), names.points.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  score.add_test("AV:" + most->first, most->second);
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
  mail::RecipientJudgement judged;
  judged.recipient = recipient;
  judged.category = categories.front();
  judged.action = mail::Action::pass;
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

// Banks that the names of the findings bring into force.
std::vector<std::string> banks_of(const std::vector<std::string>& virus_names, const policy::VirusNames& table) {
  std::vector<std::string> banks;
  for (const std::string& name : virus_names)
    if (const policy::VirusName* row = table.find(name); row && !row->bank.empty()) banks.push_back(row->bank);
  return banks;
}

// The highest of the two that the score has reached, and why, once for each pair of score and levels.
class SpamBench {
 public:
  SpamBench(const SpamScore& score, Judgement& judgement) : score_(score), judgement_(judgement) {}

  std::optional<int32_t> weigh(uint32_t recipient, const mail::SpamLevels& levels, std::vector<Category>& categories) {
    const std::optional<int32_t> score = score_.of(recipient);
    if (!score || (*score < levels.kill && *score < levels.tag2)) return score;
    const Category category = *score >= levels.kill ? Category::spam : Category::spammy;
    const int32_t level = category == Category::spam ? levels.kill : levels.tag2;
    categories.push_back(category);
    if (told_.emplace(category, *score, level).second)
      add(judgement_, category, "score", "",
          mail::points_text(*score) + " points, " + name(category) + " from " + mail::points_text(level) + " on");
    return score;
  }

 private:
  const SpamScore& score_;
  Judgement& judgement_;
  std::set<std::tuple<Category, int32_t, int32_t>> told_;
};

void ask_the_recipients(const ReceivedMail& mail, const PartDescriptions& parts, const SpamScore& score, const policy::Policy& policy,
                        const std::vector<std::string>& listener_banks, Judgement& judgement) {
  if (!parts.is_complete()) add(judgement, Category::over_limit, "rules", "", "limit-names: more names than are looked at");
  const std::vector<Category> of_all = categories_of(judgement.reasons);
  const std::vector<std::string> virus_banks = banks_of(judgement.virus_names, policy.virus_names());
  Bans bans(parts, judgement);
  SpamBench bench(score, judgement);
  std::vector<Category> of_any;
  for (uint32_t i = 0; i < mail.envelope.recipients.size(); ++i) {
    std::vector<Category> categories = of_all;
    if (bans.is_banned(policy.rules(mail, i, listener_banks))) categories.push_back(Category::banned);
    const mail::SpamLevels levels = policy.levels_for(mail, i, listener_banks);
    const std::optional<int32_t> points = bench.weigh(i, levels, categories);
    mail::RecipientJudgement judged = decided(i, ranked(std::move(categories)), [&](Category c) { return policy.wish(mail, i, listener_banks, c, virus_banks); });
    judged.score = points;
    judged.levels = levels;
    of_any.insert(of_any.end(), judged.categories.begin(), judged.categories.end());
    judgement.recipients.push_back(std::move(judged));
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
    case Category::spammy:
    case Category::spam:
      return "the score is too high";
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

bool decides(const Finding& finding, const ReceivedMail& mail, const Law& law, const std::vector<std::string>& listener_banks) {
  if (category_of(finding) != Category::infected) return false;
  const policy::VirusName* row = law.policy.virus_names().find(finding.name);
  if (row && row->points) return false;
  const std::vector<std::string> virus_banks = banks_of({finding.name}, law.policy.virus_names());
  for (uint32_t i = 0; i < mail.envelope.recipients.size(); ++i)
    if (law.policy.wish(mail, i, listener_banks, Category::infected, virus_banks).action == mail::Action::pass) return false;
  return true;
}

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
