// SPDX-License-Identifier: MIT
#include "judge/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "postern/plugin.h"

namespace postern::judge {
namespace {

using mail::Action;
using mail::Category;
using mail::DefectKind;
using mail::OnError;
using mail::ScanState;
using testing::ElementsAre;
using testing::HasSubstr;

struct Bench {
  Bench() {
    received.envelope.recipients = {{"c@d", "", ""}, {"e@f", "", ""}};
    received.content = base::Content::of("Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nFrom: a@example.org\r\n\r\n");
    parts.resize(2);
    parts[0].path = "0";
    parts[1].path = "1";
    parts[1].depth = 1;
  }
  Bench& defect(DefectKind kind, std::string code, std::string text = "") {
    parts[1].defects.push_back({kind, std::move(code), std::move(text)});
    return *this;
  }
  Bench& scanner(std::string instance, ScanState state, OnError on_error = OnError::defer, bool backup = false) {
    mail::ScanReport report;
    report.instance = std::move(instance);
    report.state = state;
    report.on_error = on_error;
    report.backup = backup;
    if (state != ScanState::answered) report.reason = "said why";
    findings.reports.push_back(std::move(report));
    return *this;
  }
  Bench& finds(int32_t category, std::string name, uint32_t part = 1, std::string text = "") {
    findings.reports.back().findings.push_back({category, 0, 0, part, std::move(name), std::move(text), 0});
    return *this;
  }
  // The newest scanner gives points, for everybody or for the nth recipient, counted from 1.
  Bench& scores(int32_t points, uint32_t recipient = 0) {
    findings.reports.back().scores = true;
    findings.reports.back().findings.push_back({POSTERN_CAT_SPAM, points, POSTERN_FIND_TOTAL, 0, "engine", "", recipient});
    return *this;
  }
  mail::Judgement judged() const {
    return judge(received, mail::Contents(parts, base::Content()), findings, {policy, checks}, banks);
  }
  Category main() const { return judged().main(); }

  mail::ReceivedMail received;
  std::vector<mail::Part> parts;
  mail::Findings findings;
  policy::Policy policy;
  HeaderChecks checks;
  std::vector<std::string> banks;
};

std::string chain(const mail::Judgement& judgement) {
  std::string all;
  for (const auto& r : judgement.reasons)
    all += std::string(name(r.category)) + "|" + r.source + "|" + r.part + "|" + r.text + "\n";
  return all;
}

TEST(Spam, HasTheCategoryOfTheHighestLevelThatIsReached) {
  const struct {
    int32_t points;
    Category category;
  } table[] = {{0, Category::clean}, {4999, Category::clean}, {5000, Category::spammy}, {7999, Category::spammy}, {8000, Category::spam}};
  for (const auto& row : table) {
    Bench bench;
    bench.policy.levels() = {2000, 5000, 8000};
    const auto judgement = bench.scanner("clamav", ScanState::answered).scanner("spam", ScanState::answered).scores(row.points).judged();
    EXPECT_EQ(judgement.main(), row.category) << row.points;
    EXPECT_EQ(judgement.recipients[0].score, row.points);
  }
}

TEST(Spam, IsTheRecipientsOwnMatter) {
  Bench bench;
  policy::Bank tolerant;
  tolerant.name = "tolerant";
  tolerant.recipients = {*policy::AddressPattern::parse("e@f")};
  tolerant.levels.kill = 20'000;
  tolerant.levels.tag2 = 20'000;
  bench.policy.banks().push_back(tolerant);
  bench.policy.base()[static_cast<size_t>(Category::spam)].action = Action::discard;
  const auto judgement = bench.scanner("clamav", ScanState::answered).scanner("spam", ScanState::answered).scores(9000).judged();
  EXPECT_EQ(judgement.recipients[0].action, Action::discard);
  EXPECT_EQ(judgement.recipients[1].action, Action::pass);
  EXPECT_EQ(judgement.recipients[1].category, Category::clean);
  EXPECT_THAT(chain(judgement), HasSubstr("spam|score||9 points, spam from 6.31 on"));
}

TEST(Spam, AScoreForOneRecipientIsNotTheOthers) {
  const auto judgement = Bench().scanner("clamav", ScanState::answered).scanner("spam", ScanState::answered).scores(9000, 2).judged();
  EXPECT_EQ(judgement.recipients[0].category, Category::clean);
  EXPECT_EQ(judgement.recipients[1].category, Category::spam);
}

TEST(Spam, AnAnswerAboutScoresIsNoneAboutMalware) {
  const auto judgement = Bench().scanner("clamav", ScanState::failed, OnError::next).scanner("spam", ScanState::answered, OnError::defer, true).scores(0).judged();
  EXPECT_EQ(judgement.main(), Category::unscanned);
  EXPECT_THAT(chain(judgement), HasSubstr("no back-up answered"));
  EXPECT_THAT(chain(Bench().scanner("spam", ScanState::answered).scores(0).judged()), HasSubstr("no scanner is configured"));
}

TEST(VirusName, ThatMeansSpamBecomesPoints) {
  const auto judgement = Bench().scanner("clamav", ScanState::answered).finds(POSTERN_CAT_PHISHING, "Heuristics.Phishing.Email.SpoofedDomain").judged();
  EXPECT_EQ(judgement.main(), Category::clean);
  EXPECT_EQ(judgement.recipients[0].score, 100);
  ASSERT_EQ(judgement.tests.size(), 1u);
  EXPECT_EQ(judgement.tests[0].name, "AV:Heuristics.Phishing.Email.SpoofedDomain");
  EXPECT_TRUE(judgement.virus_names.empty());
}

TEST(Decides, AFindingThatSettlesTheMailForEverybodyAndNoOther) {
  Bench bench;
  const Law law{bench.policy, bench.checks};
  const auto found = [](int32_t category, const char* name) { return mail::Finding{category, 0, 0, 0, name, "", 0}; };
  EXPECT_TRUE(decides(found(POSTERN_CAT_MALWARE, "Win.Worm"), bench.received, law, {}));
  EXPECT_FALSE(decides(found(POSTERN_CAT_PHISHING, "Heuristics.Phishing.Email.X"), bench.received, law, {})) << "it means spam";
  EXPECT_FALSE(decides(found(POSTERN_CAT_ENCRYPTED, "Win.Worm"), bench.received, law, {}));
  policy::Bank research;
  research.name = "research";
  research.wishes[static_cast<size_t>(Category::infected)].action = Action::pass;
  bench.policy.banks().push_back(research);
  auto& rows = bench.policy.virus_names().rows();
  rows.insert(rows.begin(), {policy::Pattern("Sample"), std::nullopt, "research", {}});
  EXPECT_FALSE(decides(found(POSTERN_CAT_MALWARE, "Win.Sample"), bench.received, law, {})) << "its bank lets it pass";
  EXPECT_TRUE(decides(found(POSTERN_CAT_MALWARE, "Win.Worm"), bench.received, law, {}));
  research.recipients = {*policy::AddressPattern::parse("e@f")};
  bench.policy.banks().push_back(research);
  EXPECT_FALSE(decides(found(POSTERN_CAT_MALWARE, "Win.Worm"), bench.received, law, {})) << "one recipient gets it";
}

TEST(VirusName, BesideARealOneStaysMalware) {
  const auto judgement = Bench().scanner("clamav", ScanState::answered).finds(POSTERN_CAT_PHISHING, "Heuristics.Phishing.Email.SpoofedDomain")
                             .scanner("other", ScanState::answered).finds(POSTERN_CAT_MALWARE, "Win.Worm").judged();
  EXPECT_EQ(judgement.main(), Category::infected);
  EXPECT_FALSE(judgement.recipients[0].score);
  EXPECT_THAT(judgement.virus_names, ElementsAre("Heuristics.Phishing.Email.SpoofedDomain", "Win.Worm"));
}

TEST(VirusName, BringsItsBankIntoForce) {
  Bench bench;
  policy::Bank alarm;
  alarm.name = "alarm";
  alarm.wishes[static_cast<size_t>(Category::infected)].action = Action::reject;
  bench.policy.banks().push_back(alarm);
  auto& rows = bench.policy.virus_names().rows();
  rows.insert(rows.begin(), {policy::Pattern("Ransomware"), std::nullopt, "alarm", {}});
  EXPECT_EQ(bench.scanner("clamav", ScanState::answered).finds(POSTERN_CAT_MALWARE, "Win.Ransomware.X").judged().recipients[0].action, Action::reject);
  Bench other;
  other.policy = bench.policy;
  EXPECT_EQ(other.scanner("clamav", ScanState::answered).finds(POSTERN_CAT_MALWARE, "Win.Worm").judged().recipients[0].action, Action::discard);
}

TEST(Judge, SaysOfAMailThatIsNotOpenedThatNoScannerWasAsked) {
  Bench bench;
  bench.parts.resize(1);
  bench.parts[0].path = "0";
  bench.parts[0].defects = {{mail::DefectKind::crashed, mail::workers_crashed, "two workers died"}};
  const auto judgement = bench.judged();
  EXPECT_EQ(judgement.main(), Category::crashed);
  EXPECT_EQ(chain(judgement),
            "crashed|decode|0|workers-crashed: two workers died\n"
            "clean|scan||no scanner was asked about a mail that is not opened\n");
}

TEST(Judge, FindsAnAnsweredMailClean) {
  const auto judgement = Bench().scanner("clamav", ScanState::answered).judged();
  EXPECT_THAT(judgement.categories, ElementsAre(Category::clean));
  EXPECT_TRUE(judgement.reasons.empty());
  ASSERT_EQ(judgement.recipients.size(), 2u);
  EXPECT_EQ(judgement.recipients[1].recipient, 1u);
  EXPECT_EQ(judgement.recipients[1].action, Action::pass);
}

TEST(Judge, SaysWhenNoScannerIsConfigured) {
  const auto judgement = Bench().judged();
  EXPECT_EQ(judgement.main(), Category::clean);
  EXPECT_EQ(chain(judgement), "clean|scan||no scanner is configured\n");
}

TEST(Judge, DoesNotTakeAMailThatWasNotUnpackedForClean) {
  Bench bench;
  bench.parts.clear();
  EXPECT_EQ(bench.scanner("clamav", ScanState::answered).main(), Category::unchecked);
}

TEST(Judge, GivesEachDefectItsCategory) {
  const struct {
    DefectKind kind;
    Category category;
    size_t reasons;
  } table[] = {
      {DefectKind::malformed, Category::clean, 1},     {DefectKind::ambiguous, Category::ambiguous, 1},
      {DefectKind::encrypted, Category::encrypted, 1}, {DefectKind::limit, Category::over_limit, 1},
      {DefectKind::undecoded, Category::unchecked, 1}, {DefectKind::crashed, Category::crashed, 1},
      {DefectKind::macro, Category::clean, 1},         {DefectKind::note, Category::clean, 0},
  };
  for (const auto& row : table) {
    const auto judgement = Bench().scanner("clamav", ScanState::answered).defect(row.kind, "code", "text").judged();
    EXPECT_EQ(judgement.main(), row.category) << name(row.kind);
    EXPECT_EQ(judgement.reasons.size(), row.reasons) << name(row.kind);
  }
}

TEST(Judge, GivesEachFindingItsCategory) {
  const struct {
    int32_t finding;
    Category category;
  } table[] = {
      {POSTERN_CAT_MALWARE, Category::infected},
      {POSTERN_CAT_PUA, Category::infected},
      {POSTERN_CAT_PHISHING, Category::infected},
      {POSTERN_CAT_SPAM, Category::clean},
      {POSTERN_CAT_TRUSTED, Category::clean},
      {POSTERN_CAT_ENCRYPTED, Category::encrypted},
      {POSTERN_CAT_MACRO, Category::clean},
      {POSTERN_CAT_POLICY, Category::clean},
      {POSTERN_CAT_MALFORMED, Category::clean},
      {POSTERN_CAT_LIMIT, Category::over_limit},
      {POSTERN_CAT_INFO, Category::clean},
      {POSTERN_CAT_AMBIGUOUS, Category::ambiguous},
      {POSTERN_CAT_UNSUPPORTED, Category::unchecked},
      {999, Category::unchecked},
      {0, Category::unchecked},
  };
  for (const auto& row : table) {
    const auto judgement = Bench().scanner("x", ScanState::answered).finds(row.finding, "name").judged();
    EXPECT_EQ(judgement.main(), row.category) << row.finding;
    EXPECT_EQ(judgement.reasons.size(), 1u) << row.finding;
  }
}

TEST(Judge, TakesAScannersSilenceAsItsOnErrorSays) {
  for (const ScanState state : {ScanState::unavailable, ScanState::failed, ScanState::timed_out, ScanState::crashed}) {
    EXPECT_EQ(Bench().scanner("a", state, OnError::defer).main(), Category::unscanned) << name(state);
    EXPECT_EQ(Bench().scanner("a", state, OnError::pass_unchecked).main(), Category::unchecked) << name(state);
    EXPECT_EQ(Bench().scanner("a", state, OnError::next).main(), Category::unscanned) << name(state);
  }
}

TEST(Judge, LetsABackupAnswerForAPrimary) {
  const auto judgement = Bench()
                             .scanner("a", ScanState::timed_out, OnError::next)
                             .scanner("b", ScanState::answered, OnError::defer, true)
                             .judged();
  EXPECT_EQ(judgement.main(), Category::clean);
  EXPECT_EQ(chain(judgement), "clean|scanner a||timed out: said why; b answered instead\n");
}

TEST(Judge, DoesNotLetABackupAnswerWhenThePrimaryMustAnswer) {
  EXPECT_EQ(Bench()
                .scanner("a", ScanState::failed, OnError::defer)
                .scanner("b", ScanState::answered, OnError::defer, true)
                .main(),
            Category::unscanned);
}

TEST(Judge, DoesNotLetAnotherPrimaryOrAnIdleBackupAnswerForAPrimary) {
  EXPECT_EQ(Bench()
                .scanner("a", ScanState::failed, OnError::next)
                .scanner("spamd", ScanState::answered)
                .scanner("b", ScanState::not_asked, OnError::next, true)
                .main(),
            Category::unscanned);
}

TEST(Judge, KeepsAnUnansweringBackupAFailure) {
  EXPECT_EQ(Bench()
                .scanner("a", ScanState::failed, OnError::next)
                .scanner("b", ScanState::failed, OnError::next, true)
                .main(),
            Category::unscanned);
}

TEST(Judge, DoesNotMindABackupThatWasNotAsked) {
  const auto judgement =
      Bench().scanner("a", ScanState::answered).scanner("b", ScanState::not_asked, OnError::defer, true).judged();
  EXPECT_EQ(judgement.main(), Category::clean);
  EXPECT_TRUE(judgement.reasons.empty());
}

TEST(Judge, DoesNotTakeScannersThatNobodyAskedForClean) {
  EXPECT_EQ(Bench().scanner("b", ScanState::not_asked, OnError::defer, true).main(), Category::unscanned);
}

TEST(Judge, TakesAPartialAnswerForUncheckedAndItsFindingsForTrue) {
  EXPECT_EQ(Bench().scanner("a", ScanState::partial).main(), Category::unchecked);
  EXPECT_THAT(Bench().scanner("a", ScanState::partial).finds(POSTERN_CAT_MALWARE, "Eicar").judged().categories,
              ElementsAre(Category::infected, Category::unchecked));
}

TEST(Judge, LetsInfectedBeatEverythingAndKeepsTheOtherReasons) {
  const auto judgement = Bench()
                             .defect(DefectKind::limit, "limit-depth", "too deep")
                             .defect(DefectKind::crashed, "crash")
                             .defect(DefectKind::encrypted, "zip-encrypted")
                             .scanner("clamav", ScanState::answered)
                             .finds(POSTERN_CAT_MALWARE, "Eicar", 1, "in a test")
                             .scanner("avp", ScanState::unavailable)
                             .judged();
  EXPECT_THAT(judgement.categories, ElementsAre(Category::infected, Category::unscanned, Category::crashed,
                                                Category::over_limit, Category::encrypted));
  EXPECT_EQ(chain(judgement),
            "over-limit|decode|1|limit-depth: too deep\n"
            "crashed|decode|1|crash\n"
            "encrypted|decode|1|zip-encrypted\n"
            "virus|scanner clamav|1|Eicar: in a test\n"
            "unscanned|scanner avp||unavailable: said why\n");
  EXPECT_EQ(judgement.recipients[0].category, Category::infected);
}

TEST(Judge, KeepsAFindingOfAScannerThatFailedLater) {
  const auto judgement = Bench().scanner("a", ScanState::timed_out).finds(POSTERN_CAT_MALWARE, "Eicar").judged();
  EXPECT_THAT(judgement.categories, ElementsAre(Category::infected, Category::unscanned));
}

TEST(Judge, NamesEachVirusOnceInTheOrderFound) {
  const auto judgement = Bench()
                             .scanner("a", ScanState::answered)
                             .finds(POSTERN_CAT_MALWARE, "B")
                             .finds(POSTERN_CAT_MALWARE, "A")
                             .finds(POSTERN_CAT_MALWARE, "B", 0)
                             .finds(POSTERN_CAT_SPAM, "RULE")
                             .scanner("b", ScanState::answered)
                             .finds(POSTERN_CAT_PUA, "A")
                             .finds(POSTERN_CAT_MALWARE, "")
                             .judged();
  EXPECT_THAT(judgement.virus_names, ElementsAre("B", "A", "unnamed"));
}

TEST(Judge, SurvivesAFindingInAPartThatIsNot) {
  const auto judgement =
      Bench().scanner("a", ScanState::answered).finds(POSTERN_CAT_MALWARE, "Eicar", 4000000000u).judged();
  EXPECT_EQ(chain(judgement), "virus|scanner a||Eicar\n");
}

TEST(Judge, TakesUnexplainedFlagsForWhatTheySay) {
  for (const auto& [flag, category] : {std::pair{POSTERN_PART_ENCRYPTED, Category::encrypted}, {POSTERN_PART_TRUNCATED, Category::unchecked}}) {
    Bench bench;
    bench.scanner("a", ScanState::answered).parts[1].flags = flag;
    EXPECT_EQ(bench.main(), category);
    EXPECT_EQ(bench.defect(DefectKind::encrypted, "zip-encrypted").judged().reasons.size(), 1u);
  }
}

TEST(Judge, FollowsTheDefaultsOfTheHouse) {
  const auto of = [](const Bench& bench) {
    const auto r = bench.judged().recipients.at(0);
    return std::string(name(r.category)) + " " + name(r.action) + (r.quarantine ? " quarantine" : "") +
           (r.notify_admin ? " notify" : "") + " by " + r.rule;
  };
  EXPECT_EQ(of(Bench().scanner("a", ScanState::answered)), "clean pass by default");
  EXPECT_EQ(of(Bench().scanner("a", ScanState::failed)), "unscanned defer by default");
  EXPECT_EQ(of(Bench().scanner("a", ScanState::answered).finds(POSTERN_CAT_MALWARE, "x")),
            "virus discard quarantine notify by default");
  EXPECT_EQ(of(Bench().scanner("a", ScanState::answered).defect(DefectKind::limit, "x")),
            "over-limit discard quarantine notify by default");
  EXPECT_EQ(of(Bench().scanner("a", ScanState::answered).defect(DefectKind::crashed, "x")), "crashed defer by default");
  EXPECT_EQ(of(Bench().scanner("a", ScanState::answered).defect(DefectKind::encrypted, "x")),
            "encrypted pass by default");
}

TEST(Judge, FollowsAWishAndSaysWhereItStands) {
  Bench bench;
  bench.scanner("a", ScanState::answered).finds(POSTERN_CAT_MALWARE, "x");
  bench.policy.base()[static_cast<size_t>(Category::infected)] = {Action::reject, false, true, {"postern.toml", 12, 3}};
  const auto recipient = bench.judged().recipients[1];
  EXPECT_EQ(recipient.action, Action::reject);
  EXPECT_FALSE(recipient.quarantine);
  EXPECT_EQ(recipient.rule, "postern.toml:12:3");
}

// ---- rules, and the header

std::string decided(const mail::RecipientJudgement& r) {
  return std::string(name(r.category)) + " " + name(r.action) + (r.quarantine ? " quarantine" : "") + " by " + r.rule;
}

TEST(Judge, BansByTheRecipientsRules) {
  Bench bench;
  bench.scanner("a", ScanState::answered).parts[1].names = {"invoice.pdf.exe"};
  const auto judgement = bench.judged();
  EXPECT_EQ(judgement.main(), Category::banned);
  EXPECT_EQ(chain(judgement), "banned|rules|1|double extension: name \"invoice.pdf.exe\" (default)\n");
  EXPECT_EQ(decided(judgement.recipients[0]), "banned discard quarantine by default");
  EXPECT_EQ(judge::headline(judgement, Category::banned), "double extension: name \"invoice.pdf.exe\" in part 1");
}

TEST(Judge, BansForOneRecipientAndNotForTheOther) {
  Bench bench;
  bench.scanner("a", ScanState::answered).parts[1].names = {"setup.exe"};
  policy::Bank lover;
  lover.name = "lover";
  lover.recipients = {*policy::AddressPattern::parse("e@f")};
  lover.banned_rules.emplace();
  bench.policy.banks().push_back(lover);
  const auto judgement = bench.judged();
  EXPECT_THAT(judgement.recipients[0].categories, ElementsAre(Category::banned));
  EXPECT_THAT(judgement.recipients[1].categories, ElementsAre(Category::clean));
  EXPECT_EQ(decided(judgement.recipients[1]), "clean pass by default");
  EXPECT_THAT(judgement.categories, ElementsAre(Category::banned));
}

TEST(Judge, WhatAContainerIsDecidedByItsMembersAreToo) {
  Bench bench;
  bench.scanner("a", ScanState::answered);
  bench.parts[1].detected_type = "application/x-tar";
  mail::Part member;
  member.path = "1.1";
  member.parent = 1;
  member.depth = 2;
  member.names = {"setup.exe"};
  bench.parts.push_back(member);
  EXPECT_EQ(bench.main(), Category::banned);
  policy::Rule allow;
  allow.name = "tar is for developers";
  allow.allow = true;
  allow.types = {"application/x-tar"};
  bench.policy.rule_sets().front().rules.insert(bench.policy.rule_sets().front().rules.begin(), allow);
  EXPECT_EQ(bench.main(), Category::clean);
}

TEST(Judge, ARuleMayNameAMark) {
  const struct {
    DefectKind kind;
    const char* mark;
  } table[] = {{DefectKind::macro, "macro"}, {DefectKind::encrypted, "encrypted"}, {DefectKind::ambiguous, "ambiguous"}, {DefectKind::undecoded, "undecipherable"}};
  for (const auto& row : table) {
    Bench bench;
    bench.scanner("a", ScanState::answered).defect(row.kind, "code");
    policy::Rule rule;
    rule.name = "not here";
    for (const policy::Mark mark : policy::all_marks)
      if (name(mark) == std::string(row.mark)) rule.marks = 1u << static_cast<uint32_t>(mark);
    bench.policy.rule_sets().push_back({"strict", {rule}});
    EXPECT_NE(bench.main(), Category::banned) << row.mark;
    bench.policy.banned_rules() = {"strict"};
    EXPECT_EQ(bench.main(), Category::banned) << row.mark;
    EXPECT_THAT(chain(bench.judged()), HasSubstr(std::string("not here: is ") + row.mark));
  }
}

TEST(Judge, AMarkMayComeFromAScanner) {
  Bench bench;
  bench.scanner("clamav", ScanState::answered).finds(POSTERN_CAT_MACRO, "Heuristics.OLE2.ContainsMacros");
  policy::Rule rule;
  rule.name = "no macros";
  rule.marks = 1u << static_cast<uint32_t>(policy::Mark::macro);
  bench.policy.rule_sets() = {{"default", {rule}}};
  EXPECT_EQ(bench.main(), Category::banned);
}

TEST(Judge, TheHighestCategoryThatShallNotPassDecides) {
  Bench bench;
  bench.scanner("a", ScanState::answered).defect(DefectKind::encrypted, "zip-encrypted").parts[1].names = {"x.exe"};
  auto& base = bench.policy.base();
  base[static_cast<size_t>(Category::banned)] = {Action::pass, true, false, {"p.toml", 1, 1}};
  base[static_cast<size_t>(Category::encrypted)] = {Action::reject, false, false, {"p.toml", 2, 1}};
  const auto judgement = bench.judged();
  EXPECT_EQ(judgement.main(), Category::banned);
  EXPECT_EQ(decided(judgement.recipients[0]), "encrypted reject by p.toml:2:1");
  base[static_cast<size_t>(Category::encrypted)].action = Action::pass;
  EXPECT_EQ(decided(bench.judged().recipients[0]), "banned pass quarantine by p.toml:1:1");
}

TEST(Judge, SaysWhatIsWrongWithTheHeader) {
  Bench bench;
  bench.scanner("a", ScanState::answered);
  bench.received.content = base::Content::of("From: a@example.org\r\n\r\n");
  const auto judgement = bench.judged();
  EXPECT_EQ(judgement.main(), Category::bad_header);
  EXPECT_EQ(decided(judgement.recipients[0]), "bad-header pass by default");
  EXPECT_THAT(judge::headline(judgement, Category::bad_header), HasSubstr("Date"));
}

TEST(Judge, AMailWithMoreNamesThanAnybodyReadsIsOverTheLimit) {
  Bench bench;
  bench.scanner("a", ScanState::answered);
  for (int i = 0; i < 2000; ++i) {
    mail::Part part = bench.parts[1];
    for (int n = 0; n < 20; ++n) part.names.push_back("name " + std::to_string(i) + " " + std::to_string(n));
    bench.parts.push_back(part);
  }
  EXPECT_EQ(bench.main(), Category::over_limit);
}

std::string headline(const mail::Judgement& judgement) {
  return judge::headline(judgement, judgement.main());
}

TEST(Headline, NamesVirusesPrintably) {
  EXPECT_EQ(headline(Bench().scanner("a", ScanState::answered).finds(POSTERN_CAT_MALWARE, "Eicar\r\n250 ok").judged()),
            "Eicar\\x0d\\x0a250 ok");
  Bench many;
  many.scanner("a", ScanState::answered);
  for (int i = 0; i < 1000; ++i) many.finds(POSTERN_CAT_MALWARE, "V" + std::to_string(i));
  EXPECT_EQ(headline(many.judged()), "V0, V1, V2 and 997 more");
}

TEST(Headline, NamesTheDefectAndItsPartButNotTheDetails) {
  EXPECT_EQ(
      headline(Bench().scanner("a", ScanState::answered).defect(DefectKind::limit, "limit-depth", "secret").judged()),
      "limit-depth in part 1");
}

TEST(Headline, TellsNothingOfOurScanners) {
  for (const OnError wish : {OnError::defer, OnError::pass_unchecked}) {
    Bench bench;
    bench.scanner("clamav", ScanState::unavailable, wish);
    bench.findings.reports[0].reason = "connect to unix:/run/clamav/clamd.ctl";
    const std::string line = headline(bench.judged());
    EXPECT_FALSE(line.empty());
    EXPECT_THAT(line, testing::Not(HasSubstr("clam")));
  }
}

TEST(Headline, IsEmptyForACleanMail) {
  EXPECT_EQ(headline(Bench().judged()), "");
}

}  // namespace
}  // namespace postern::judge
