// SPDX-License-Identifier: MIT
#include "scan/scanning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>
#include <thread>

#include "plugin/loaded.h"
#include "postern/plugin.h"
#include "scan/breaker.h"
#include "scan/memory.h"
#include "scan/part_files.h"
#include "scan/scan_view.h"

namespace postern::scan {
namespace {

using namespace std::chrono_literals;
using mail::OnError;
using mail::ScanReport;
using mail::ScanState;
using plugin::Home;
using plugin::Kind;
using support::Deadline;

struct Wanted {
  std::string name, does = "answer", plugin = "meeting";
  bool backup = false;
  OnError on_error = OnError::defer;
  Home home = Home::worker;
};

class Scanned : public testing::Test {
 protected:
  Scanned() {
    mail.content = base::Content::of("Subject: x\r\n\r\nbody");
    mail::Part root, child;
    root.source = mail::Part::Source::mail;
    root.size = mail.content.size();
    child.source = mail::Part::Source::arena;
    child.offset = 4;
    child.size = 5;
    contents = mail::Contents({root, child}, base::Content::of("....child...."));
  }
  const std::vector<ScanReport>& scan(const std::vector<Wanted>& wanted, Deadline deadline = Deadline::in(60s)) {
    std::vector<plugin::InstanceSettings> settings;
    for (const Wanted& w : wanted) {
      settings.push_back(plugin::instance(Kind::scanner, w.name, w.plugin, {{"do", w.does}}));
      settings.back().backup = w.backup;
      settings.back().on_error = w.on_error;
      settings.back().home = w.home;
    }
    const plugin::Loaded loaded(settings, {POSTERN_TEST_PLUGINS});
    std::vector<Scanner> scanners;
    for (uint32_t n = 0; n < loaded.prepared.instances.size(); ++n)
      scanners.push_back({loaded.prepared.instances[n].get(), n, n < records.size() ? &records[n] : nullptr});
    const auto decides = [](const mail::Finding& f) { return f.category == POSTERN_CAT_MALWARE; };
    findings = postern::scan::scan({mail, contents, scanners, crashed, confined, crew, progress, settings_of_scan, cache, decides}, deadline);
    for (const auto& call : progress.calls) EXPECT_EQ(call.instance, 0u) << "a call still stands on the board";
    return findings.reports;
  }

  mail::ReceivedMail mail;
  mail::Contents contents;
  std::vector<std::string> crashed;
  std::function<ScanReport(const plugin::Instance&, const Deadline&)> confined =
      [](const plugin::Instance&, const Deadline&) { return ScanReport(); };
  Crew crew;
  base::Progress progress;
  Settings settings_of_scan;
  std::deque<ScannerRecord> records;
  VerdictCache* cache = nullptr;
  mail::Findings findings;
};

TEST_F(Scanned, PrimariesWorkAtTheSameTime) {
  const auto& reports = scan({{"a", "meet"}, {"b", "meet"}});
  for (const ScanReport& r : reports) {
    EXPECT_EQ(r.state, ScanState::answered);
    ASSERT_EQ(r.findings.size(), 1u);
    EXPECT_EQ(r.findings[0].name, "met");
  }
}

TEST_F(Scanned, ThoseThatWaitAsTheHostWantsItWorkAtTheSameTimeInOneThread) {
  for (const ScanReport& r : scan({{"a", "meet", "waiting"}, {"b", "meet", "waiting"}})) {
    ASSERT_EQ(r.findings.size(), 1u);
    EXPECT_EQ(r.findings[0].name, "met");
  }
  const auto thread = [](const ScanReport& report) { return report.notes.at(0).second; };
  const std::string here = std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id()));
  const auto& reports = scan({{"a", "tell thread", "waiting"}, {"b", "tell thread", "waiting"}, {"c", "tell thread"}});
  EXPECT_EQ(thread(reports[0]), here);
  EXPECT_EQ(thread(reports[1]), here);
  EXPECT_NE(thread(reports[2]), here) << "who has promised nothing has a thread to itself";
}

TEST_F(Scanned, OneThatWouldWaitForEverIsWokenAtItsDeadline) {
  const auto& reports = scan({{"a", "wait for ever", "waiting"}, {"b", "answer", "waiting"}}, Deadline::in(20ms));
  EXPECT_EQ(reports[0].state, ScanState::timed_out);
  EXPECT_EQ(reports[0].reason, "time was up");
  EXPECT_EQ(reports[1].state, ScanState::answered);
}

TEST_F(Scanned, ItIsTimedOnceInAWhile) {
  const std::vector<Wanted> wanted{{"a", "answer", "waiting"}, {"b", "answer", "waiting"}};
  EXPECT_TRUE(scan(wanted)[0].timed);
  EXPECT_FALSE(scan(wanted)[0].timed) << "another one's time may be in it";
  crew.usual_times.note(0, 1ms, UsualTimes::Clock::now() - UsualTimes::holds);
  EXPECT_TRUE(scan(wanted)[0].timed);
  EXPECT_FALSE(findings.reports[1].timed);
}

TEST_F(Scanned, WhatIsOnlyAFrameIsExaminedThroughItsChildren) {
  std::vector<mail::Part> parts = contents.parts();
  EXPECT_EQ(scan({{"a", "count", "remembering"}})[0].findings.size(), parts.size());
  parts.push_back(parts.back());
  parts.back().flags |= POSTERN_PART_CONTAINER;
  contents = mail::Contents(parts, base::Content::of("....child...."));
  EXPECT_EQ(scan({{"a", "count", "remembering"}})[0].findings.size(), parts.size() - 1);
}

TEST_F(Scanned, AConfinedOneInFrontKeepsNobodyWaiting) {
  confined = [](const plugin::Instance& scanner, const Deadline&) {
    ScanReport r;
    r.instance = scanner.name();
    r.state = ScanState::answered;
    return r;
  };
  const auto& reports = scan({{"caged", "answer", "meeting", false, OnError::pass_unchecked, Home::confined}, {"b"}});
  EXPECT_EQ(reports[0].state, ScanState::answered);
  EXPECT_EQ(reports[0].on_error, OnError::pass_unchecked) << "the configuration's, whatever came out of the cage";
  EXPECT_EQ(reports[1].state, ScanState::answered);
}

TEST_F(Scanned, ScoresAreNotWantedWhereMalwareHasDecided) {
  settings_of_scan.head_start = 1h;
  const auto& reports = scan({{"spam", "answer", "scoring"}, {"av", "find"}});
  EXPECT_EQ(reports[0].state, ScanState::not_asked);
  EXPECT_EQ(reports[0].reason, "malware has decided");
  EXPECT_EQ(reports[1].state, ScanState::answered);
  settings_of_scan.score_infected = true;
  EXPECT_EQ(scan({{"spam", "answer", "scoring"}, {"av", "find"}})[0].state, ScanState::answered);
}

TEST_F(Scanned, ScoresWaitNoLongerThanTheHeadStart) {
  settings_of_scan.head_start = 0ms;
  records.resize(2);
  bool came_meanwhile = false;
  confined = [&](const plugin::Instance& scanner, const Deadline& deadline) {
    while (records[1].answered == 0 && !deadline.passed()) base::poll(nullptr, 0, 1);
    came_meanwhile = records[1].answered == 1;
    ScanReport r;
    r.instance = scanner.name();
    r.state = ScanState::answered;
    return r;
  };
  scan({{"av", "answer", "meeting", false, OnError::defer, Home::confined}, {"spam", "answer", "scoring"}});
  EXPECT_TRUE(came_meanwhile);
}

TEST_F(Scanned, ABackupStandsInForItsOwnKindOnly) {
  const auto& reports = scan({{"av", "down"}, {"spam", "answer", "scoring"}, {"spare", "answer", "meeting", true}, {"spare-spam", "answer", "scoring", true}});
  EXPECT_EQ(reports[2].state, ScanState::answered);
  EXPECT_EQ(reports[3].state, ScanState::not_asked);
  const auto& others = scan({{"av"}, {"spam", "down", "scoring"}, {"spare", "answer", "meeting", true}, {"spare-spam", "answer", "scoring", true}});
  EXPECT_EQ(others[2].state, ScanState::not_asked);
  EXPECT_EQ(others[3].state, ScanState::answered);
}

TEST_F(Scanned, WhoIsKnownToBeDownIsNotAskedAndHasNotAnswered) {
  records.resize(1);
  records[0].state = POSTERN_DOWN;
  records[0].checked = Now::read().unix_s;
  records[0].message.set("connection refused");
  const ScanReport& report = scan({{"av", "find"}})[0];
  EXPECT_EQ(report.state, ScanState::unavailable);
  EXPECT_EQ(report.reason, "down: connection refused");
  EXPECT_EQ(records[0].not_asked, 1u);
}

TEST_F(Scanned, WhoIsSwitchedOffIsNotAskedAndABackupStandsIn) {
  records.resize(2);
  records[0].disabled_until = Now::read().unix_s + 1000;
  const auto& reports = scan({{"av"}, {"spare", "answer", "meeting", true}});
  EXPECT_EQ(reports[0].state, ScanState::not_asked);
  EXPECT_EQ(reports[1].state, ScanState::answered);
}

TEST_F(Scanned, WhoFailsAgainAndAgainRestsAndIsTriedByOne) {
  records.resize(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scan({{"av", "fail"}})[0].state, ScanState::failed);
  EXPECT_EQ(scan({{"av"}})[0].state, ScanState::unavailable);
  EXPECT_THAT(scan({{"av"}})[0].reason, testing::HasSubstr("last: broken engine"));
  records[0].rests_until = Now::read().steady_ns - 1;
  EXPECT_EQ(scan({{"av"}})[0].state, ScanState::answered) << "the one that tries";
  EXPECT_EQ(records[0].failures, 0u);
  EXPECT_EQ(scan({{"av"}})[0].state, ScanState::answered);
}

TEST_F(Scanned, WhatWasExaminedIsKnownAsLongAsTheVersionsAreTheSame) {
  VerdictCache verdicts(1 << 20);
  cache = &verdicts;
  records.resize(1);
  records[0].state = POSTERN_UP;
  records[0].engine.set("engine 1");
  records[0].db_version.set("100");
  const auto marker = [&] { return scan({{"av", "count", "remembering"}})[0].findings; };
  EXPECT_EQ(marker().size(), 2u);  // one for each part
  EXPECT_EQ(records[0].known, 0u);
  const auto again = marker();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[1].part, 1u);
  EXPECT_EQ(again[1].name, "Seen");
  EXPECT_EQ(records[0].known, 2u);
  records[0].db_version.set("101");
  marker();
  EXPECT_EQ(records[0].known, 2u);
  records[0].state = POSTERN_DOWN;  // told long ago: it is asked, but nothing is known about its versions
  marker();
  EXPECT_EQ(records[0].known, 2u);
}

TEST_F(Scanned, WhatIsSaidOfTheMailLeavesNoPartKnownAsClean) {
  VerdictCache verdicts(1 << 20);
  cache = &verdicts;
  records.resize(1);
  records[0].state = POSTERN_UP;
  records[0].engine.set("engine 1");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(scan({{"av", "count whole", "remembering"}})[0].findings.size(), 2u);
  EXPECT_EQ(records[0].known, 1u) << "but for the mail itself, of which it was said";
}

TEST_F(Scanned, ADigestThatIsClaimedIsNotBelieved) {
  VerdictCache verdicts(1 << 20);
  cache = &verdicts;
  records.resize(1);
  records[0].state = POSTERN_UP;
  records[0].engine.set("engine 1");
  scan({{"av", "count", "remembering"}});
  std::vector<mail::Part> parts = contents.parts();
  parts[1].digest = base::sha256("child");  // of the part that is known
  contents = mail::Contents(parts, base::Content::of("....other...."));
  scan({{"av", "count", "remembering"}});
  EXPECT_EQ(records[0].known, 1u) << "only the mail, which is the same";
}

TEST_F(Scanned, ReportsStandInTheOrderOfTheConfiguration) {
  const auto& reports = scan({{"z"}, {"a", "fail"}, {"m", "answer", "meeting", true}});
  EXPECT_EQ(reports[0].instance, "z");
  EXPECT_EQ(reports[1].instance, "a");
  EXPECT_EQ(reports[1].state, ScanState::failed);
  EXPECT_EQ(reports[1].reason, "broken engine");
  EXPECT_EQ(reports[2].instance, "m");
}

TEST_F(Scanned, ABackupIsNotAskedWhenAPrimaryAnswered) {
  EXPECT_EQ(scan({{"a"}, {"b", "fail"}, {"c", "answer", "meeting", true}})[2].state, ScanState::not_asked);
}

TEST_F(Scanned, ABackupIsAskedWhenNoPrimaryAnswered) {
  const auto& reports = scan({{"a", "down"}, {"b", "answer", "meeting", true}});
  EXPECT_EQ(reports[0].state, ScanState::unavailable);
  EXPECT_EQ(reports[1].state, ScanState::answered);
  EXPECT_TRUE(reports[1].backup);
}

TEST_F(Scanned, ABackupStandsInForAFailedPrimaryThatWantsOneAlthoughAnotherAnswered) {
  const auto& reports = scan({{"a"}, {"b", "fail", "meeting", false, OnError::next}, {"c", "answer", "meeting", true}});
  EXPECT_EQ(reports[1].state, ScanState::failed);
  EXPECT_EQ(reports[2].state, ScanState::answered);
}

TEST_F(Scanned, ABackupAloneIsAsked) {
  EXPECT_EQ(scan({{"a", "answer", "meeting", true}})[0].state, ScanState::answered);
}

TEST_F(Scanned, WhoKilledAnEarlierAttemptIsNotAskedAgain) {
  crashed = {"a"};
  const auto& reports = scan({{"a", "much"}, {"b"}});
  EXPECT_EQ(reports[0].state, ScanState::crashed);
  EXPECT_TRUE(reports[0].findings.empty());
  EXPECT_EQ(reports[1].state, ScanState::answered);
}

TEST_F(Scanned, ALateAnswerIsATimeout) {
  EXPECT_EQ(scan({{"a", "late"}})[0].state, ScanState::timed_out);
}

TEST_F(Scanned, TooManyFindingsAreNoAnswerAndHideNoVirus) {
  const ScanReport& report = scan({{"a", "much"}})[0];
  EXPECT_EQ(report.state, ScanState::partial);
  EXPECT_EQ(report.findings.size(), 1000u);
  EXPECT_EQ(report.findings.back().name, "Late.Virus");
  EXPECT_LE(report.notes.size(), 100u);
}

TEST_F(Scanned, WhatTheMachineDoesWrongInAThreadIsThrownWhenAllAreBack) {
  mail::Part out_of_arena = contents.parts()[1];
  out_of_arena.offset = 5000;
  contents = mail::Contents({contents.parts()[0], out_of_arena}, base::Content::of("short"));
  EXPECT_ANY_THROW(scan({{"a", "files"}, {"b", "files"}}));
}

TEST_F(Scanned, NoScannersAreNoReports) {
  EXPECT_TRUE(scan({}).empty());
}

TEST_F(Scanned, APartsDescriptorHoldsExactlyItsBytes) {
  PartFiles files(mail, contents);
  char text[64];
  const int child = files.descriptor(1);
  EXPECT_EQ(std::string(text, static_cast<size_t>(::pread(child, text, sizeof text, 0))), "child");
  EXPECT_EQ(::pwrite(child, "x", 1, 0), -1);
  EXPECT_EQ(files.descriptor(1), child) << "made once";
  const int whole = files.descriptor(0);
  EXPECT_EQ(std::string(text, static_cast<size_t>(::pread(whole, text, sizeof text, 0))), mail.content.bytes());
}

TEST_F(Scanned, TheViewShowsTheTreeWithItsBytes) {
  const auto tree = children(contents);
  PartFiles files(mail, contents);
  ScanReport report;
  PartDigests digests(contents, mail.content.bytes());
  Memory memory(nullptr, nullptr, 0, digests, 1h);
  const ScanView view(mail, contents, tree, files, memory, Deadline::never(), report);
  EXPECT_EQ(view.part_count(), 2u);
  EXPECT_EQ(view.child_count(0), 1u);
  EXPECT_EQ(view.child(0, 0), 1u);
  EXPECT_EQ(view.bytes(1), "child");
}

}  // namespace
}  // namespace postern::scan
