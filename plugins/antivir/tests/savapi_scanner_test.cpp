// SPDX-License-Identifier: MIT
#include "savapi/scanner.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "support/stand_in.h"

namespace postern::savapi {
namespace {

using postern::testing::Directory;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using postern::testing::StandIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Talk = StandIn::Talk;

bool holds_eicar(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {}).find("EICAR") != std::string::npos;
}

// As the daemon, with a licence for product 4711 only; heard() of the caller gets its lines.
void savapi(Talk& talk, std::vector<std::string>* heard = nullptr) {
  talk.say("100 SAVAPI:4.0\n");
  for (std::string line; !(line = talk.read_until("\n")).empty();) {
    line.pop_back();
    if (heard) heard->push_back(line);
    if (line == "QUIT") return;
    if (line.starts_with("SET PRODUCT ") && line != "SET PRODUCT 4711") talk.say("500 no licence\n");
    else if (line.starts_with("SET ")) talk.say("100 " + line.substr(4) + "\n");
    else if (line.starts_with("SCAN "))
      talk.say(holds_eicar(line.substr(5)) ? "310 Eicar-Test-Signature ; virus ; Contains code of Eicar-Test-Signature\n319 OK\n" : "200 OK\n");
    else talk.say("500 what?\n");
  }
}

Result scanned(const StandIn& daemon, const std::string& content, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  const Directory place("savapi");
  Host host;
  host.option("product", "4711").option("server", daemon.endpoint()).option("directory", place.path().string()).timeout(time).part(content);
  Result result = host.scan<Scanner>();
  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
  return result;
}

TEST(Savapi, FindsWhatIsThere) {
  StandIn daemon([](Talk& t) { savapi(t); });
  const Result clean = scanned(daemon, "a harmless part");
  EXPECT_EQ(clean.rc, POSTERN_OK) << clean.reason;
  EXPECT_THAT(clean.findings, IsEmpty());
  const Result infected = scanned(daemon, "an EICAR part");
  EXPECT_EQ(infected.rc, POSTERN_OK) << infected.reason;
  EXPECT_EQ(infected.findings.at(0).name, "Eicar-Test-Signature");
}

TEST(Savapi, SetsWhatIsWishedBeforeItScans) {
  std::vector<std::string> heard;
  {
    StandIn daemon([&](Talk& t) { savapi(t, &heard); });
    const Directory place("savapi");
    Host host;
    host.option("product", "4711").option("set", {"ARCHIVE_SCAN 1", "HEUR_LEVEL 2"}).option("server", daemon.endpoint());
    host.option("directory", place.path().string()).part("x");
    EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  }
  EXPECT_THAT(heard, ElementsAre("SET PRODUCT 4711", "SET ARCHIVE_SCAN 1", "SET HEUR_LEVEL 2", StartsWith("SET SCAN_TIMEOUT "), StartsWith("SCAN /"), "QUIT"));
}

TEST(Savapi, WithoutALicenceNothingIsClean) {
  StandIn daemon([](Talk& t) { savapi(t); });
  const Directory place("savapi");
  Host host;
  host.option("product", "1").option("server", daemon.endpoint()).option("directory", place.path().string()).part("x");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_THAT(result.reason, HasSubstr("SET PRODUCT 1: 500 no licence"));
}

TEST(Savapi, TakesNothingElseForClean) {
  const auto behind_the_settings = [](Talk& t, const std::string& answer) {
    t.say("100 SAVAPI:4.0\n");
    for (int n = 0; n < 2; ++n) t.read_until("\n"), t.say("100 x\n");
    t.read_until("\n");
    t.say(answer);
  };
  const struct {
    const char* what;
    StandIn::Manners manners;
    postern_rc rc;
  } rude[] = {
      {"closes at once", [](Talk&) {}, POSTERN_E_IO},
      {"says nothing", [](Talk& t) { t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"greets as somebody else", [](Talk& t) { t.say("220 smtp\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"closes when asked", [&](Talk& t) { behind_the_settings(t, ""); }, POSTERN_E_IO},
      {"is cut", [&](Talk& t) { behind_the_settings(t, "200 O"); }, POSTERN_E_IO},
      {"says half and waits", [&](Talk& t) { behind_the_settings(t, "200"), t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"talks rubbish", [&](Talk& t) { behind_the_settings(t, "OK\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"had an error", [&](Talk& t) { behind_the_settings(t, "350 error\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"took too long", [&](Talk& t) { behind_the_settings(t, "220 timeout\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"never ends a line", [&](Talk& t) { behind_the_settings(t, std::string(1 << 20, '1')), t.wait_for_the_end(); }, POSTERN_E_IO},
  };
  for (const auto& r : rude) {
    StandIn daemon(r.manners);
    const auto time = r.rc == POSTERN_E_TIMEOUT ? std::chrono::milliseconds(200) : std::chrono::milliseconds(20000);
    const Result result = scanned(daemon, "a harmless part", time);
    EXPECT_EQ(result.rc, r.rc) << r.what << ": " << result.reason;
    EXPECT_THAT(result.findings, IsEmpty()) << r.what;
  }
}

TEST(Savapi, AVirusCountsAlsoWhereTheDaemonHasGone) {
  StandIn daemon([](Talk& t) {
    t.say("100 SAVAPI:4.0\n");
    for (int n = 0; n < 2; ++n) t.read_until("\n"), t.say("100 x\n");
    t.read_until("\n");
    t.say("310 Evil ; virus ; x\n319 OK\n");  // and closes
  });
  for (int n = 0; n < 20; ++n) {
    const Result result = scanned(daemon, "a part");
    EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
    EXPECT_EQ(result.findings.at(0).name, "Evil");
  }
}

TEST(Savapi, IsUpWithAServerALicenceAndAPlaceForFiles) {
  StandIn daemon([](Talk& t) { savapi(t); });
  const Directory place("savapi");
  const auto state = [&](const char* product, const std::string& directory) {
    Host host;
    host.option("product", product).option("server", daemon.endpoint()).option("directory", directory);
    return Plugin::of<Scanner>(host).health().state;
  };
  EXPECT_EQ(state("4711", place.path().string()), POSTERN_UP);
  EXPECT_EQ(state("1", place.path().string()), POSTERN_DOWN);
  EXPECT_EQ(state("4711", "/nonexistent/place"), POSTERN_DOWN);
}

}  // namespace
}  // namespace postern::savapi
