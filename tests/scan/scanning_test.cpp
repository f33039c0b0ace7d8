// SPDX-License-Identifier: MIT
#include "scan/scanning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "plugin/loaded.h"
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
  std::string name, does = "answer";
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
      settings.push_back(plugin::instance(Kind::scanner, w.name, "meeting", {{"do", w.does}}));
      settings.back().backup = w.backup;
      settings.back().on_error = w.on_error;
      settings.back().home = w.home;
    }
    const plugin::Loaded loaded(settings, {POSTERN_TEST_PLUGINS});
    std::vector<Scanner> scanners;
    for (uint32_t n = 0; n < loaded.prepared.instances.size(); ++n)
      scanners.push_back({loaded.prepared.instances[n].get(), n});
    findings = postern::scan::scan({mail, contents, scanners, crashed, confined, progress}, deadline);
    for (const auto& call : progress.calls) EXPECT_EQ(call.instance, 0u) << "a call still stands on the board";
    return findings.reports;
  }

  mail::ReceivedMail mail;
  mail::Contents contents;
  std::vector<std::string> crashed;
  std::function<ScanReport(const plugin::Instance&, const Deadline&)> confined =
      [](const plugin::Instance&, const Deadline&) { return ScanReport(); };
  base::Progress progress;
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

TEST_F(Scanned, AConfinedOneInFrontKeepsNobodyWaiting) {
  confined = [](const plugin::Instance& scanner, const Deadline&) {
    ScanReport r;
    r.instance = scanner.name();
    r.state = ScanState::answered;
    return r;
  };
  const auto& reports = scan({{"caged", "answer", false, OnError::pass_unchecked, Home::confined}, {"b"}});
  EXPECT_EQ(reports[0].state, ScanState::answered);
  EXPECT_EQ(reports[0].on_error, OnError::pass_unchecked) << "the configuration's, whatever came out of the cage";
  EXPECT_EQ(reports[1].state, ScanState::answered);
}

TEST_F(Scanned, ReportsStandInTheOrderOfTheConfiguration) {
  const auto& reports = scan({{"z"}, {"a", "fail"}, {"m", "answer", true}});
  EXPECT_EQ(reports[0].instance, "z");
  EXPECT_EQ(reports[1].instance, "a");
  EXPECT_EQ(reports[1].state, ScanState::failed);
  EXPECT_EQ(reports[1].reason, "broken engine");
  EXPECT_EQ(reports[2].instance, "m");
}

TEST_F(Scanned, ABackupIsNotAskedWhenAPrimaryAnswered) {
  EXPECT_EQ(scan({{"a"}, {"b", "fail"}, {"c", "answer", true}})[2].state, ScanState::not_asked);
}

TEST_F(Scanned, ABackupIsAskedWhenNoPrimaryAnswered) {
  const auto& reports = scan({{"a", "down"}, {"b", "answer", true}});
  EXPECT_EQ(reports[0].state, ScanState::unavailable);
  EXPECT_EQ(reports[1].state, ScanState::answered);
  EXPECT_TRUE(reports[1].backup);
}

TEST_F(Scanned, ABackupStandsInForAFailedPrimaryThatWantsOneAlthoughAnotherAnswered) {
  const auto& reports = scan({{"a"}, {"b", "fail", false, OnError::next}, {"c", "answer", true}});
  EXPECT_EQ(reports[1].state, ScanState::failed);
  EXPECT_EQ(reports[2].state, ScanState::answered);
}

TEST_F(Scanned, ABackupAloneIsAsked) {
  EXPECT_EQ(scan({{"a", "answer", true}})[0].state, ScanState::answered);
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
  const ScanView view(mail, contents, tree, files, Deadline::never(), report);
  EXPECT_EQ(view.part_count(), 2u);
  EXPECT_EQ(view.child_count(0), 1u);
  EXPECT_EQ(view.child(0, 0), 1u);
  EXPECT_EQ(view.bytes(1), "child");
}

}  // namespace
}  // namespace postern::scan
