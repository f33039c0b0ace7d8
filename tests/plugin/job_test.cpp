// SPDX-License-Identifier: MIT
#include "plugin/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "plugin/fake_view.h"
#include "plugin/handles.h"
#include "plugin/host.h"
#include "plugin/registry.h"
#include "postern/spawn.h"

namespace postern::plugin {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A plug-in of the test directory, configured with its defaults.
class Plugin {
 public:
  explicit Plugin(const std::string& file, Kind kind = Kind::scanner, Home home = Home::worker) {
    InstanceSettings settings;
    settings.kind = kind;
    settings.name = "test";
    settings.plugin = file;
    settings.home = home;
    RegistrySettings registry;
    registry.directories = {POSTERN_TEST_PLUGINS};
    registry.check_ownership = registry.probe_process = false;
    prepared_ = prepare({settings}, registry);
    EXPECT_EQ(prepared_.instances.size(), 1u);
  }
  ~Plugin() { destroy(*prepared_.instances.at(0)); }
  const Instance& instance() const { return *prepared_.instances.at(0); }
  CallResult runs(JobView& view, uint32_t part = 0) const { return run(instance(), view, part); }

 private:
  Prepared prepared_;
};

TEST(Run, BringsFindingsBack) {
  const Plugin scanner("good_scanner");
  FakeView view("text with a MARK and two");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  ASSERT_EQ(view.findings.size(), 2u);
  EXPECT_EQ(view.findings[0].name, "Test.Marker");
  EXPECT_EQ(view.findings[0].category, POSTERN_CAT_MALWARE);
  EXPECT_EQ(view.findings[1].name, "two");
  EXPECT_EQ(metric_values(scanner.instance()), std::vector<int64_t>{1});
}

TEST(Run, GoesOnWithAPluginThatWasBuiltWithTheHeadersOf10) {
  const Plugin scanner("old_scanner");
  EXPECT_EQ(scanner.instance().plugin->abi_minor, 0);
  FakeView view("text with a MARK and two");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  ASSERT_EQ(view.findings.size(), 2u);
  EXPECT_EQ(view.findings[0].name, "Test.Marker");
  EXPECT_EQ(view.findings[0].recipient, 0u);
}

TEST(Run, BringsTheRecipientOfAFindingAndAsksWhatIsKnown) {
  const Plugin scanner("good_pupil");
  EXPECT_TRUE(scanner.instance().worker->flags & POSTERN_RUN_SCORES);
  FakeView view("a mail");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  ASSERT_EQ(view.findings.size(), 1u);
  EXPECT_EQ(view.findings[0].recipient, 2u);
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.findings.size(), 1u);
  EXPECT_EQ(view.notes["seen"], "before");
}

TEST(Learn, IsTaughtAndSaysWhyNot) {
  const Plugin scanner("good_pupil");
  FakeView view("a mail"), hard("too hard");
  EXPECT_EQ(learn(scanner.instance(), view, POSTERN_LEARN_HAM).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["lesson"], "ham");
  EXPECT_EQ(learn(scanner.instance(), hard, POSTERN_LEARN_SPAM).rc, POSTERN_E_UNAVAILABLE);
  EXPECT_EQ(learn(scanner.instance(), hard, POSTERN_LEARN_SPAM).reason, "the teacher is ill");
  EXPECT_EQ(learn(scanner.instance(), view, 99).rc, POSTERN_E_ARGUMENT);
  const Plugin dull("good_scanner");
  EXPECT_EQ(learn(dull.instance(), view, POSTERN_LEARN_HAM).rc, POSTERN_E_UNSUPPORTED);
}

TEST(Run, GivesAnEmptyPartAsEmptyBytes) {
  const Plugin scanner("good_scanner");
  FakeView view;
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_THAT(view.findings, IsEmpty());
}

TEST(Run, AnswersForFacts) {
  const Plugin scanner("good_scanner");
  FakeView view("facts");
  view.facts[{"mail.from", 0}] = "a@example.org";
  view.editable(0).names = {"first", "second"};
  view.editable(0).raw_offset = 77;
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["seen.from"], "a@example.org");
  EXPECT_EQ(view.notes["seen.name"], "second");
  EXPECT_EQ(view.notes["seen.offset"], "77");
}

TEST(Run, CarriesTheReasonOfAFailure) {
  const Plugin scanner("good_scanner");
  FakeView view("fail");
  const CallResult result = scanner.runs(view);
  EXPECT_EQ(result.rc, POSTERN_E_UNAVAILABLE);
  EXPECT_EQ(result.reason, "told to fail");
}

TEST(Run, TurnsAnExceptionIntoAFailure) {
  const Plugin scanner("wrong_throws");
  FakeView view("x");
  const uint64_t before = contract_violations();
  const CallResult result = scanner.runs(view);
  EXPECT_EQ(result.rc, POSTERN_E_FAIL);
  EXPECT_THAT(result.reason, HasSubstr("thrown through C"));
  EXPECT_EQ(contract_violations(), before + 1);
}

TEST(Run, TurnsAnUnknownCodeIntoAFailure) {
  const Plugin scanner("wrong_code");
  FakeView view("x");
  const CallResult result = scanner.runs(view);
  EXPECT_EQ(result.rc, POSTERN_E_FAIL);
  EXPECT_EQ(result.reason, "returned the unknown code 77");
}

TEST(Run, AnswersStaleForTheHandlesOfAnEarlierJob) {
  const Plugin scanner("wrong_stale_job");
  FakeView view("x");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  const uint64_t before = contract_violations();
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_E_STALE);
  EXPECT_EQ(contract_violations(), before + 2);  // the old job, then the old part in the new job
}

TEST(Run, FailsWhenAFindingWasLostAlthoughThePluginSaysSuccess) {
  const Plugin scanner("wrong_finding");
  FakeView view("x");
  const CallResult result = scanner.runs(view);
  EXPECT_EQ(result.rc, POSTERN_E_FAIL);
  EXPECT_EQ(result.reason, "a finding of the unknown category 99 could not be taken");
}

TEST(Run, MakesChildrenOfADecoder) {
  const Plugin decoder("good_decoder", Kind::decoder);
  FakeView view("one\n=3\n(", "text/lines");
  EXPECT_EQ(decoder.runs(view).rc, POSTERN_OK);
  ASSERT_EQ(view.part_count(), 5u);
  EXPECT_EQ(view.bytes(1), "one");
  EXPECT_EQ(view.bytes(2), "one");  // the slice
  EXPECT_EQ(view.bytes(4), "nested");
  EXPECT_EQ(view.part(4).parent, 3u);
}

TEST(Run, KeepsFinishedChildrenOfABrokenPart) {
  const Plugin decoder("good_decoder", Kind::decoder);
  FakeView view("one\nbroken\nthree", "text/lines");
  const CallResult result = decoder.runs(view);
  EXPECT_EQ(result.rc, POSTERN_E_BROKEN);
  EXPECT_EQ(result.reason, "a broken line");
  EXPECT_EQ(view.part_count(), 2u);
}

TEST(Run, RefusesASliceOutsideOfTheParent) {
  const Plugin decoder("good_decoder", Kind::decoder);
  FakeView view("=18446744073709551615", "text/lines");
  EXPECT_EQ(decoder.runs(view).rc, POSTERN_E_ARGUMENT);
}

TEST(Run, EndsWithQuotaWhenTheViewRefusesAChild) {
  const Plugin decoder("good_decoder", Kind::decoder);
  FakeView view("1\n2\n3\n4", "text/lines");
  view.part_limit = 3;
  EXPECT_EQ(decoder.runs(view).rc, POSTERN_E_QUOTA);
  EXPECT_EQ(view.part_count(), 3u);
}

TEST(Run, ClosesAnOpenChildAsTruncated) {
  const Plugin decoder("wrong_open_sink", Kind::decoder);
  FakeView view("x");
  EXPECT_EQ(decoder.runs(view).rc, POSTERN_OK);
  ASSERT_EQ(view.part_count(), 2u);
  EXPECT_EQ(view.bytes(1), "begun");
  EXPECT_EQ(view.part(1).flags, uint32_t{POSTERN_PART_TRUNCATED});
}

TEST(Run, RethrowsWhatTheViewThrewAfterThePluginReturned) {
  const Plugin scanner("good_scanner");
  FakeView view("x");
  view.bytes_fail = true;
  EXPECT_THROW(scanner.runs(view), std::runtime_error);
  view.bytes_fail = false;
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
}

TEST(Run, TellsANotifierOfAnEvent) {
  const Plugin notifier("good_notifier", Kind::notifier);
  FakeView view;
  view.facts[{"event.kind", 0}] = "mail.blocked";
  EXPECT_EQ(notifier.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["echo"], "mail.blocked");
}

TEST(Run, KeepsSeveralThreadsApart) {
  const Plugin first("good_scanner"), second("good_scanner");
  std::atomic<int> wrong{0};
  const auto work = [&](const Plugin& plugin, const std::string& text, size_t expected) {
    for (int i = 0; i < 300; ++i) {
      FakeView view(text);
      if (plugin.runs(view).rc != POSTERN_OK || view.findings.size() != expected) ++wrong;
    }
  };
  {
    const std::jthread a([&] { work(first, "MARK", 1); });
    const std::jthread b([&] { work(second, "nothing", 0); });
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Probe, ReturnsWhatThePluginThinks) {
  const Plugin decoder("good_decoder", Kind::decoder);
  FakeView likely("lines: yes"), unlikely("no");
  EXPECT_EQ(probe(decoder.instance(), likely, 0), 90);
  EXPECT_EQ(probe(decoder.instance(), unlikely, 0), 5);
}

TEST(Probe, IsFiftyWithoutAFunction) {
  const Plugin scanner("good_scanner");
  FakeView view;
  EXPECT_EQ(probe(scanner.instance(), view, 0), 50);
}

TEST(ScanState, IsNeverAnsweredForAnError) {
  EXPECT_EQ(scan_state(POSTERN_OK), mail::ScanState::answered);
  EXPECT_EQ(scan_state(POSTERN_PARTIAL), mail::ScanState::partial);
  for (postern_rc rc = -1; rc >= -20; --rc) EXPECT_NE(scan_state(rc), mail::ScanState::answered) << rc;
  EXPECT_EQ(scan_state(POSTERN_E_UNAVAILABLE), mail::ScanState::unavailable);
  EXPECT_EQ(scan_state(POSTERN_E_TIMEOUT), mail::ScanState::timed_out);
}

// ---- the functions themselves, with handles nobody gave out

TEST(Host, AnswersStaleForInventedHandles) {
  const postern_host& host = host_table();
  postern_bytes bytes{};
  postern_part_info info{};
  info.size = sizeof info;
  for (const uint64_t handle : {uint64_t{0}, uint64_t{1}, UINT64_MAX, uint64_t{'J'} << 56}) {
    EXPECT_EQ(host.part_map(handle, 1, &bytes), POSTERN_E_STALE);
    EXPECT_EQ(host.part_info(handle, 1, &info), POSTERN_E_STALE);
    EXPECT_EQ(host.time_left(handle), 0);
    EXPECT_EQ(host.service(handle, POSTERN_SPAWN), nullptr);
    EXPECT_EQ(host.option(handle, "x", 0, nullptr), POSTERN_E_STALE);
  }
}

TEST(Host, NeverMakesASuccessOfAFailure) {
  const Plugin scanner("good_scanner");
  EXPECT_EQ(host_table().fail(scanner.instance().handle, 0, POSTERN_OK, "x", 1), POSTERN_E_FAIL);
}

TEST(Host, KeepsPartsOfTwoJobsApart) {
  const Plugin scanner("good_scanner");
  FakeView one("one"), two("two");
  JobScope first(scanner.instance(), one, 0), second(scanner.instance(), two, 0);
  const postern_part part = first.record().part_handle(0);
  postern_bytes bytes{};
  EXPECT_EQ(host_table().part_map(first.handle(), part, &bytes), POSTERN_OK);
  EXPECT_EQ(bytes.len, 3u);
  EXPECT_EQ(host_table().part_map(second.handle(), part, &bytes), POSTERN_E_STALE);
  EXPECT_EQ(host_table().part_map(first.handle(), first.record().part_handle(1), &bytes), POSTERN_E_STALE);
}

TEST(Host, ReadsPastTheEndAsNothing) {
  const Plugin scanner("good_scanner");
  FakeView view("12345");
  JobScope job(scanner.instance(), view, 0);
  char buffer[8] = {};
  const postern_part part = job.record().part_handle(0);
  EXPECT_EQ(host_table().part_read(job.handle(), part, 3, buffer, sizeof buffer), 2);
  EXPECT_EQ(host_table().part_read(job.handle(), part, 5, buffer, sizeof buffer), 0);
  EXPECT_EQ(host_table().part_read(job.handle(), part, UINT64_MAX, buffer, sizeof buffer), 0);
}

// ---- commands

TEST(Spawn, FeedsThePartAndReturnsTheOutput) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["spawn.out"], "spawn");
}

TEST(Spawn, PutsThePartIntoAFile) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn path");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["spawn.out"], "spawn path");
}

TEST(Spawn, CutsTheOutputAndEndsTheCommand) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn much");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["spawn.out"], "100 cut");
}

TEST(Spawn, GivesAPrivateDirectoryAndAnEmptyEnvironment) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn status");
  ::setenv("POSTERN_SECRET", "leaked", 1);
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_OK);
  EXPECT_EQ(view.notes["spawn.status"], "3");
  EXPECT_EQ(view.notes["spawn.err"], "bad\n");
  EXPECT_THAT(view.notes["spawn.out"], testing::Not(HasSubstr("leaked")));
  EXPECT_THAT(view.notes["spawn.out"], HasSubstr("LC_ALL=C"));
  const std::string directory = view.notes["spawn.out"].substr(0, view.notes["spawn.out"].find('\n'));
  EXPECT_THAT(directory, HasSubstr("postern-spawn-"));
  EXPECT_NE(::access(directory.c_str(), F_OK), 0);
}

TEST(Spawn, KillsTheCommandAtTheDeadline) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn forever");
  view.deadline_ = support::Deadline::in(std::chrono::milliseconds(50));
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_E_TIMEOUT);
}

// The first child of a process, once there is one; 0 when the time is over.
pid_t child_of(pid_t parent) {
  const std::string id = std::to_string(parent);
  for (const auto until = support::Deadline::in(std::chrono::seconds(60)); !until.passed(); ::poll(nullptr, 0, 5)) {
    pid_t child = 0;
    if (std::ifstream("/proc/" + id + "/task/" + id + "/children") >> child) return child;
  }
  return 0;
}

bool ends(pid_t process) {
  for (const auto until = support::Deadline::in(std::chrono::seconds(60)); !until.passed(); ::poll(nullptr, 0, 5)) {
    std::string word;
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    if (!(stat >> word >> word >> word) || word == "Z") return true;
  }
  return false;
}

TEST(Spawn, ACommandDiesWithItsWorker) {
  const Plugin scanner("good_scanner");
  const pid_t worker = ::fork();
  if (worker == 0) {
    FakeView view("spawn forever");
    view.deadline_ = support::Deadline::in(std::chrono::seconds(120));
    scanner.runs(view);
    ::_exit(0);
  }
  const pid_t command = child_of(worker);
  ASSERT_GT(command, 0);
  ::kill(worker, SIGKILL);
  ::waitpid(worker, nullptr, 0);
  EXPECT_TRUE(ends(command));
}

TEST(Spawn, SaysWhenTheCommandIsNotThere) {
  const Plugin scanner("good_scanner");
  FakeView view("spawn nothing");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_E_UNAVAILABLE);
}

TEST(Spawn, IsNotOfferedInTheConfinedHome) {
  const Plugin scanner("good_scanner", Kind::scanner, Home::confined);
  FakeView view("spawn");
  EXPECT_EQ(scanner.runs(view).rc, POSTERN_E_DENIED);
}

}  // namespace
}  // namespace postern::plugin
