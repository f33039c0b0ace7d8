// SPDX-License-Identifier: MIT
#include "clamscan/scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <postern/testing.hpp>

#include "clamscan/turn.h"
#include "support/clamd.h"

namespace postern::clamscan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Ran;
using postern::testing::Result;
namespace fs = std::filesystem;

const std::string eicar = std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A clamscan that knows EICAR and whatever contains "virus"; it sees files, as the real one does.
Ran polite(const std::vector<std::string>& argv, std::string_view) {
  Ran ran;
  for (const auto& file : fs::directory_iterator(argv.back())) {
    const std::string bytes = read_file(file);
    const char* name = bytes == eicar ? "Eicar-Test" : bytes.find("virus") != std::string::npos ? "Evil.Virus" : nullptr;
    ran.out += file.path().string() + ": " + (name ? std::string(name) + " FOUND" : "OK") + "\n";
    if (name) ran.exit_status = 1;
  }
  return ran;
}

// Also a stand-in has a database of its own: its lock is not the machine's.
Host& asks(Host& host, const postern::testing::Command& clamscan, const std::string& database = {}) {
  static const postern::testing::Directory none("clamscan-stand-in");
  return host.option("program", "/bin/true").option("database", database.empty() ? std::string(none.path()) : database).spawn(clamscan);
}

TEST(Clamscan, LooksAtTheMailAndEachLeafInOneRun) {
  unsigned runs = 0;
  std::vector<std::string> argv;
  std::set<std::string> seen;
  Host host;
  asks(host, [&](const std::vector<std::string>& words, std::string_view in) {
    ++runs;
    argv = words;
    for (const auto& file : fs::directory_iterator(words.back())) seen.insert(read_file(file));
    EXPECT_EQ(fs::status(words.back()).permissions(), fs::perms::owner_all);
    return polite(words, in);
  });
  auto mail = host.part("the whole mail");
  mail.child("a virus");
  mail.child("a text");
  const Result result = host.scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(runs, 1u);
  EXPECT_EQ(seen, (std::set<std::string>{eicar, "the whole mail", "a virus", "a text"}));
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].name, "Evil.Virus");
  EXPECT_THAT(argv, ::testing::Contains("--alert-exceeds-max=yes"));
  EXPECT_FALSE(fs::exists(argv.back())) << "the files are gone";
}

TEST(Clamscan, IsNotBelievedWhereItDoesNotFindEicar) {
  const auto blind = [](const std::vector<std::string>& argv, std::string_view) {
    Ran ran;
    for (const auto& file : fs::directory_iterator(argv.back())) ran.out += file.path().string() + ": OK\n";
    return ran;
  };
  Host host;
  asks(host, blind).part("a mail");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_THAT(result.reason, HasSubstr("EICAR"));
  Host trusting;
  asks(trusting, blind).option("test-file", "false").part("a mail");
  EXPECT_EQ(trusting.scan<Scanner>().rc, POSTERN_OK);
}

TEST(Clamscan, ThatFailsDiesOrIsLateFailsTheJob) {
  for (const Ran& rude : {Ran{}, Ran{2}, Ran{0, 0, "garbage\n"}, Ran{-1, 9}, Ran{1, 0, {}, "ERROR: no database\n"}}) {
    Host host;
    asks(host, [&](const auto&, std::string_view) { return rude; }).part("a mail");
    EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_IO);
  }
  Ran late;
  late.rc = POSTERN_E_TIMEOUT;
  Host host;
  asks(host, [&](const auto&, std::string_view) { return late; }).part("a mail");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_TIMEOUT);
}

TEST(Clamscan, TellsWhatItFoundBeforeItFailed) {
  Host host;
  asks(host, [&](const std::vector<std::string>& argv, std::string_view in) {
    Ran ran = polite(argv, in);
    ran.exit_status = 2;
    return ran;
  }).part("a virus");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_TRUE(result.find("Evil.Virus"));
}

TEST(Clamscan, TellsOfWhatIsOverItsLimit) {
  Host host;
  asks(host, polite).option("limit", "10");
  host.part("a mail of more than ten bytes");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL) << result.reason;
  EXPECT_TRUE(result.find("clamav-size-limit"));
}

TEST(Clamscan, WithSignaturesThatAreTooOldOrWithoutDateIsNotAsked) {
  const postern::testing::Directory directory("signatures");
  const auto ask = [&](const char* at_most) {
    Host host;
    asks(host, polite, directory.path()).option("signatures-at-most", at_most).part("a mail");
    return host.scan<Scanner>();
  };
  EXPECT_EQ(ask("0ms").rc, POSTERN_OK);
  EXPECT_THAT(ask("72h").reason, HasSubstr("have no date"));
  const auto daily = [&](const char* file, int64_t hours_ago) {
    std::string head = "ClamAV-VDB:x:27820:1:90:d:s:b:" + std::to_string(std::time(nullptr) - hours_ago * 3600);
    head.resize(512, ' ');
    std::ofstream(fs::path(directory.path()) / file, std::ios::binary) << head;
  };
  daily("daily.cvd", 100);
  const Result old = ask("72h");
  EXPECT_EQ(old.rc, POSTERN_E_UNAVAILABLE);
  EXPECT_THAT(old.reason, HasSubstr("are 100 hours old"));
  daily("daily.cld", 1);
  const Result fresh = ask("72h");
  EXPECT_EQ(fresh.rc, POSTERN_OK) << fresh.reason;
  ASSERT_EQ(fresh.notes.size(), 1u);
  EXPECT_EQ(fresh.notes[0].value, "ClamAV signatures 27820");
}

// Another holder of the lock, as another worker would be.
class Lock {
 public:
  explicit Lock(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Lock() { ::close(fd_); }
  bool take() const { return ::flock(fd_, LOCK_EX | LOCK_NB) == 0; }

 private:
  int fd_;
};

TEST(Clamscan, RunsOnlyWhereNoOtherOneRunsOnThisMachine) {
  const postern::testing::Directory directory("signatures");
  unsigned runs = 0;
  const auto ask = [&](std::chrono::milliseconds timeout) {
    Host host;
    asks(host, [&](const std::vector<std::string>& argv, std::string_view in) {
      ++runs;
      EXPECT_FALSE(Lock(directory.path()).take()) << "another mail could have begun";
      return polite(argv, in);
    }, directory.path());
    host.timeout(timeout).part("a mail");
    return host.scan<Scanner>();
  };
  {
    const Lock other(directory.path());
    ASSERT_TRUE(other.take());
    const Result late = ask(std::chrono::milliseconds(100));
    EXPECT_EQ(late.rc, POSTERN_E_TIMEOUT);
    EXPECT_THAT(late.reason, HasSubstr("another mail"));
    EXPECT_EQ(runs, 0u);
  }
  const Result result = ask(std::chrono::minutes(1));
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(runs, 1u);
  EXPECT_TRUE(Lock(directory.path()).take()) << "its turn is over";
}

TEST(Clamscan, LosesItsTurnWhenItsProcessDies) {
  const postern::testing::Directory directory("signatures");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t worker = ::fork();
  if (worker == 0) {
    const Turn turn(directory.path(), support::Deadline::never());
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char c = 0;
  ASSERT_EQ(::read(ready[0], &c, 1), 1);
  EXPECT_FALSE(Lock(directory.path()).take());
  ::kill(worker, SIGKILL);
  ::waitpid(worker, nullptr, 0);
  EXPECT_TRUE(Lock(directory.path()).take());
  for (const int end : ready) ::close(end);
}

TEST(Clamscan, ReadmeHasEachOption) {
  const std::string readme = read_file(POSTERN_SOURCE_DIR "/plugins/clamav/clamscan/README.md");
  for (const postern_option& o : Scanner::options) EXPECT_THAT(readme, HasSubstr("| `" + std::string(o.name) + "` |"));
}

std::string refusal(Host& host) {
  EXPECT_THROW(Plugin::of<Scanner>(host), Error);
  return host.option_errors().empty() ? "" : host.option_errors().front().text;
}

TEST(Clamscan, ConfigurationThatCannotWorkIsRefused) {
  Host missing;
  missing.option("program", "/nonexistent/clamscan");
  EXPECT_THAT(refusal(missing), HasSubstr("apt-get install clamav"));
  Host argument;
  argument.option("program", "/bin/true").option("arguments", {"/etc"});
  EXPECT_THAT(refusal(argument), HasSubstr("not an option"));
}

// ---- Debian's clamscan

Ran run_really(const std::vector<std::string>& argv, std::string_view) {
  std::string line;
  for (const std::string& word : argv) line += "'" + word + "' ";
  Ran ran;
  FILE* pipe = ::popen((line + "2>&1").c_str(), "re");
  char chunk[4096];
  while (const size_t n = std::fread(chunk, 1, sizeof chunk, pipe)) ran.out.append(chunk, n);
  ran.exit_status = WEXITSTATUS(::pclose(pipe));
  return ran;
}

class RealClamscan : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::access("/usr/bin/clamscan", X_OK), 0) << "apt-get install clamav"; }
  Host& asks_really(Host& host) {
    return host.option("database", postern::testing::Clamd::database(directory_)).spawn(run_really);
  }
  postern::testing::Directory directory_{"clamscan"};
};

TEST_F(RealClamscan, FindsAVirusInAMailAndNothingInAnother) {
  Host host;
  asks_really(host).part("Subject: x\r\n\r\nnothing\r\n").child(eicar);
  const Result found = host.scan<Scanner>();
  ASSERT_EQ(found.rc, POSTERN_OK) << found.reason;
  EXPECT_EQ(found.findings.size(), 1u);
  Host clean;
  asks_really(clean).part("Subject: x\r\n\r\nnothing\r\n").child("a text");
  const Result result = clean.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(RealClamscan, WithoutADatabaseIsAFailure) {
  Host host;
  host.option("database", "/nonexistent/database").spawn(run_really).part("a mail");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO) << result.reason;
}

}  // namespace
}  // namespace postern::clamscan
