// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "support/stand_in.h"

namespace postern::socket {
namespace {

using postern::testing::Directory;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using postern::testing::StandIn;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Talk = StandIn::Talk;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// As Sophie: one line in, a folder; one line out; until the client is done.
void sophie(Talk& talk) {
  for (std::string line; !(line = talk.read_until("\n")).empty();) {
    line.pop_back();
    const std::string content = content_of(line + "0");
    talk.say(content.empty() ? "-1:cannot open" : content.find("EICAR") != std::string::npos ? "1:EICAR-AV-Test" : "0");
  }
}
// As fpscand: a head line with the size, the bytes, LF.
void fpscand(Talk& talk) {
  for (std::string line; !(line = talk.read_until("\n")).empty();) {
    const std::string content = talk.read(std::stoul(line.substr(line.find("SIZE ") + 5)) + 1);
    talk.say(content.find("EICAR") != std::string::npos ? "1 <infected: EICAR_Test_File> part\n" : "0 <clean> part\n");
  }
}

Result scanned(const StandIn& daemon, const std::string& preset, const std::string& content, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  const Directory place("socket");
  Host host;
  host.option("preset", preset).option("server", daemon.endpoint()).option("directory", place.path().string()).timeout(time).part(content);
  Result result = host.scan<Scanner>();
  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
  return result;
}

TEST(Socket, ADaemonThatOpensFilesIsGivenOneThatItsGroupMayRead) {
  std::mutex mutex;
  mode_t folder_mode = 0, file_mode = 0;
  StandIn daemon([&](Talk& talk) {
    const std::string line = talk.read_until("\n");
    struct stat s {};
    const std::scoped_lock lock(mutex);
    if (::stat(line.substr(0, line.size() - 1).c_str(), &s) == 0) folder_mode = s.st_mode & 0777;
    if (::stat((line.substr(0, line.size() - 1) + "0").c_str(), &s) == 0) file_mode = s.st_mode & 0777;
    talk.say("0");
  });
  EXPECT_EQ(scanned(daemon, "sophie", "a harmless part").rc, POSTERN_OK);
  EXPECT_EQ(folder_mode, mode_t{0750});
  EXPECT_EQ(file_mode, mode_t{0640});
}

TEST(Socket, BothKindsOfDaemonsFindWhatIsThere) {
  StandIn one(sophie), two(fpscand);
  for (const auto& [daemon, preset] : {std::pair<StandIn*, const char*>{&one, "sophie"}, {&two, "fpscand"}}) {
    const Result clean = scanned(*daemon, preset, "a harmless part");
    EXPECT_EQ(clean.rc, POSTERN_OK) << preset << clean.reason;
    EXPECT_THAT(clean.findings, IsEmpty());
    const Result infected = scanned(*daemon, preset, "an EICAR part");
    ASSERT_EQ(infected.findings.size(), 1u) << preset << infected.reason;
    EXPECT_EQ(infected.findings[0].category, POSTERN_CAT_MALWARE);
  }
  const Result large = scanned(two, "fpscand", std::string(8 << 20, 'x') + "EICAR");
  EXPECT_EQ(large.findings.at(0).name, "EICAR_Test_File");
}

TEST(Socket, WaitsForAGreetingAndTakesWhatComesWithIt) {
  StandIn daemon([](Talk& talk) {
    talk.say("220 DAEMON\r\n210 SCAN DATA\r\n");
    talk.read_until("\n");
    talk.say("SCAN x\t[+]\r\n200 SCAN OK\r\n");
    talk.wait_for_the_end();
  });
  const Result result = scanned(daemon, "avast", "a harmless part");
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  StandIn other([](Talk& talk) {
    talk.say("421 too many\r\n");
    talk.wait_for_the_end();
  });
  const Result refused = scanned(other, "avast", "a harmless part");
  EXPECT_EQ(refused.rc, POSTERN_E_IO);
  EXPECT_THAT(refused.reason, HasSubstr("421 too many"));
}

TEST(Socket, TakesNothingElseForClean) {
  const struct {
    const char* what;
    StandIn::Manners manners;
    postern_rc rc;
  } rude[] = {
      {"closes at once", [](Talk&) {}, POSTERN_E_IO},
      {"closes when it was asked", [](Talk& t) { t.read_until("\n"); }, POSTERN_E_IO},
      {"says nothing", [](Talk& t) { t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"says half and waits", [](Talk& t) { t.read_until("\n"), t.say("0 <cle"), t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"says half and closes", [](Talk& t) { t.read_until("\n"), t.say("0 <cle"); }, POSTERN_E_IO},
      {"talks rubbish", [](Talk& t) { t.read_until("\n"), t.say("\xff\xfe\0\n"); }, POSTERN_E_IO},
      {"never ends", [](Talk& t) { t.read_until("\n"), t.say(std::string(3 << 20, 'x')); }, POSTERN_E_IO},
      {"says clean before it has seen all", [](Talk& t) { t.say("0 <clean> part\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
  };
  for (const auto& r : rude) {
    StandIn daemon(r.manners);
    const auto time = r.rc == POSTERN_E_TIMEOUT ? std::chrono::milliseconds(200) : std::chrono::milliseconds(20000);
    const Result result = scanned(daemon, "fpscand", std::string(8 << 20, 'x'), time);
    EXPECT_EQ(result.rc, r.rc) << r.what << ": " << result.reason;
    EXPECT_THAT(result.findings, IsEmpty()) << r.what;
  }
}

TEST(Socket, AVirusIsToldAlsoWhereTheRestIsUnclear) {
  StandIn hasty([](Talk& t) {
    t.say("1 <infected: Early> part\n");
    t.wait_for_the_end();
  });
  EXPECT_EQ(scanned(hasty, "fpscand", std::string(8 << 20, 'x')).findings.at(0).name, "Early");
  StandIn mixed([](Talk& t) {
    t.say("220 x\n");
    t.read_until("\n");
    t.say("SCAN x\t[L]0.0\t0 Evil\r\nSCAN x\t[E]0.0\tError 5 Input/output error\r\n200 SCAN OK\r\n");
  });
  const Result result = scanned(mixed, "avast", "a part");
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_EQ(result.findings.at(0).name, "Evil");
}

TEST(Socket, AVirusIsToldAlsoWhereTheAnswerIsCut) {
  StandIn cut([](Talk& t) {
    t.say("220 x\n");
    t.read_until("\n");
    t.say("SCAN x\t[L]0.0\t0 Evil\r\n");  // and closes
  });
  const Result result = scanned(cut, "avast", "a part");
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_EQ(result.findings.at(0).name, "Evil");
}

TEST(Socket, TheNextServerAnswersForOneThatCannot) {
  StandIn broken([](Talk& t) { t.read_until("\n"), t.say("-1:out of memory"); }), good(sophie);
  const Directory place("socket");
  Host host;
  host.option("preset", "sophie").option("server", {"unix:/nonexistent/sophie", broken.endpoint(), good.endpoint()});
  host.option("directory", place.path().string()).part("an EICAR part");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(result.findings.at(0).name, "EICAR-AV-Test");
}

TEST(Socket, MoreThanTheLimitIsNotExamined) {
  std::atomic<int> asked{0};
  StandIn daemon([&](Talk&) { ++asked; });
  Host host;
  host.option("preset", "fpscand").option("server", daemon.endpoint()).option("limit", "10").part("eleven byte");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_EQ(result.findings.at(0).name, "socket-size-limit");
  EXPECT_EQ(asked, 0);
}

TEST(Socket, SaysWhenNoFileCanBeMade) {
  StandIn daemon(sophie);
  Host host;
  host.option("preset", "sophie").option("server", daemon.endpoint()).option("directory", "/nonexistent/place");
  const auto part = host.part("a harmless part");
  auto plugin = Plugin::of<Scanner>(host);
  const Result result = plugin.run(part);
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_THAT(result.reason, HasSubstr("/nonexistent/place"));
}

TEST(Socket, ADaemonOfOnesOwnIsDescribed) {
  StandIn daemon([](Talk& t) {
    const std::string question = t.read_until("\n");
    t.say(question.find("/0 ") != std::string::npos ? "NAME Own.Virus\nEND\n" : "?\n");
    t.wait_for_the_end();
  });
  const Directory place("socket");
  Host host;
  host.option("server", daemon.endpoint()).option("query", "look {path} please\n").option("infected", "^NAME (.+)").option("clean", "^FINE$");
  host.option("ignore", "^END").option("last", "^END").option("directory", place.path().string()).part("x");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(result.findings.at(0).name, "Own.Virus");
}

std::vector<std::string> complaints(std::initializer_list<std::pair<std::string, std::string>> options) {
  Host host;
  for (const auto& [name, value] : options) host.option(name, value);
  host.part("x");
  try {
    host.scan<Scanner>();
  } catch (const Error&) {
  }
  std::vector<std::string> all;
  for (const auto& error : host.option_errors()) all.push_back(error.option + ": " + error.text);
  return all;
}

TEST(Socket, SaysWhatIsWrongWithItsDescription) {
  using ::testing::Contains;
  EXPECT_THAT(complaints({}), Contains(HasSubstr("server: where does the daemon listen?")));
  EXPECT_THAT(complaints({}), Contains(HasSubstr("query: what is the daemon asked?")));
  EXPECT_THAT(complaints({}), Contains(HasSubstr("infected: how does a line begin")));
  EXPECT_THAT(complaints({{"preset", "sophie"}, {"query", "SCAN\n"}}), Contains(HasSubstr("query: does not hold the part")));
  EXPECT_THAT(complaints({{"preset", "sophie"}, {"clean", "("}}), Contains(HasSubstr("clean: not a regular expression")));
  EXPECT_THAT(complaints({{"preset", "sophie"}, {"directory", "/tmp/a b"}}), Contains(HasSubstr("directory: its name may hold")));
  EXPECT_THAT(complaints({{"preset", "sophie"}, {"server", "unix:sophie"}}), Contains(HasSubstr("server:")));
}

}  // namespace
}  // namespace postern::socket
