// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "answers.h"
#include "support/stand_in.h"

namespace postern::drwebd {
namespace {

using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using postern::testing::StandIn;
using ::testing::IsEmpty;
using Talk = StandIn::Talk;

constexpr uint32_t clean = 0x100000, known_virus = 0x20;

uint32_t read_number(Talk& talk) {
  uint32_t n = 0;
  for (const char c : talk.read(4)) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

// As the daemon: the version, or a scan of bytes; closes after one request.
void drwebd(Talk& talk) {
  if (read_number(talk) == 2) return talk.say(number(0x0500));
  read_number(talk);                   // flags
  talk.read(read_number(talk));        // a path
  const std::string bytes = talk.read(read_number(talk));
  const bool is_bad = bytes.find("EICAR") != std::string::npos;
  talk.say(is_bad ? answer(known_virus, {"DATA[1] infected with EICAR Test File"}) : answer(clean, {}));
}

Result scanned(const StandIn& daemon, const std::string& content, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  Host host;
  host.option("server", daemon.endpoint()).timeout(time).part(content);
  return host.scan<Scanner>();
}

TEST(Drwebd, FindsWhatIsThere) {
  StandIn daemon(drwebd);
  const Result harmless = scanned(daemon, "a harmless part");
  EXPECT_EQ(harmless.rc, POSTERN_OK) << harmless.reason;
  EXPECT_THAT(harmless.findings, IsEmpty());
  EXPECT_EQ(scanned(daemon, std::string(8 << 20, 'x') + "EICAR").findings.at(0).name, "EICAR Test File");
}

TEST(Drwebd, TellsWholeMailsFromOtherParts) {
  uint32_t flags[2] = {};
  int n = 0;
  StandIn daemon([&](Talk& talk) {
    read_number(talk);
    flags[n++] = read_number(talk);
    read_number(talk);
    talk.read(read_number(talk));
    talk.say(answer(clean, {}));
  });
  for (const char* type : {"message/rfc822", "application/pdf"}) {
    Host host;
    host.option("server", daemon.endpoint()).part("x").type(type);
    EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  }
  EXPECT_EQ(flags[0] ^ flags[1], uint32_t{1} << 19);
}

TEST(Drwebd, WhatItDidNotExamineIsNotClean) {
  StandIn daemon([](Talk& talk) {
    talk.read(17);
    talk.say(answer(0x2000, {}));
  });
  const Result result = scanned(daemon, "x");
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_EQ(result.findings.at(0).category, POSTERN_CAT_LIMIT);
}

TEST(Drwebd, TakesNothingElseForClean) {
  const struct {
    const char* what;
    StandIn::Manners manners;
    postern_rc rc;
  } rude[] = {
      {"closes at once", [](Talk&) {}, POSTERN_E_IO},
      {"says nothing", [](Talk& t) { t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"says half and closes", [](Talk& t) { t.read(16), t.say(answer(clean, {}).substr(0, 6)); }, POSTERN_E_IO},
      {"says half and waits", [](Talk& t) { t.read(16), t.say(answer(clean, {}).substr(0, 6)), t.wait_for_the_end(); }, POSTERN_E_TIMEOUT},
      {"says more than it announces", [](Talk& t) { t.read(16), t.say(answer(clean, {}) + "x"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"talks rubbish", [](Talk& t) { t.read(16), t.say("HTTP/1.1 400 Bad Request\r\n\r\n"), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"has no licence", [](Talk& t) { t.read(16), t.say(answer(0x200000, {})), t.wait_for_the_end(); }, POSTERN_E_IO},
      {"says clean before it has seen all", [](Talk& t) { t.say(answer(clean, {})), t.wait_for_the_end(); }, POSTERN_E_IO},
  };
  for (const auto& r : rude) {
    StandIn daemon(r.manners);
    const auto time = r.rc == POSTERN_E_TIMEOUT ? std::chrono::milliseconds(200) : std::chrono::milliseconds(20000);
    const Result result = scanned(daemon, std::string(8 << 20, 'x'), time);
    EXPECT_EQ(result.rc, r.rc) << r.what << ": " << result.reason;
    EXPECT_THAT(result.findings, IsEmpty()) << r.what;
  }
}

TEST(Drwebd, TheNextServerAnswersForOneThatCannot) {
  StandIn daemon(drwebd);
  Host host;
  host.option("server", {"unix:/nonexistent/drwebd", daemon.endpoint()}).part("an EICAR part");
  EXPECT_EQ(host.scan<Scanner>().findings.at(0).name, "EICAR Test File");
}

TEST(Drwebd, IsUpWhereItTellsItsVersion) {
  StandIn daemon(drwebd), mute([](Talk&) {});
  Host up, down;
  up.option("server", daemon.endpoint());
  down.option("server", mute.endpoint());
  EXPECT_EQ(Plugin::of<Scanner>(up).health().state, POSTERN_UP);
  EXPECT_EQ(Plugin::of<Scanner>(down).health().state, POSTERN_DOWN);
}

}  // namespace
}  // namespace postern::drwebd
