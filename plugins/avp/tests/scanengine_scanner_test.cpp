// SPDX-License-Identifier: MIT
#include "scanengine/scanner.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "kavhttpd.h"

namespace postern::scanengine {
namespace {

using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Talk = RudeKavhttpd::Talk;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string clean = R"({"object":"memory","scanResult":"CLEAN"})";

Result scanned_at(const std::string& endpoint, const std::string& part = "a harmless part",
                  milliseconds time = seconds(20)) {
  Host host;
  host.option("server", endpoint).timeout(time).part(part);
  return host.scan<Scanner>();
}

// By a server that reads everything, says this and closes.
Result answered(const std::string& bytes, milliseconds time = seconds(20)) {
  RudeKavhttpd server([&](Talk& talk) {
    talk.read_request();
    talk.say(bytes);
  });
  return scanned_at(server.endpoint(), "a harmless part", time);
}

std::vector<std::string> names(const Result& result) {
  std::vector<std::string> all;
  for (const auto& f : result.findings) all.push_back(f.name);
  return all;
}

TEST(ScanEngine, CleanIsCleanAndAVirusHasItsName) {
  Kavhttpd server;
  const Result good = scanned_at(server.endpoint());
  EXPECT_EQ(good.rc, POSTERN_OK) << good.reason;
  EXPECT_THAT(good.findings, IsEmpty());
  const Result bad = scanned_at(server.endpoint(), eicar);
  EXPECT_EQ(bad.rc, POSTERN_OK) << bad.reason;
  EXPECT_THAT(names(bad), ElementsAre("EICAR-Test-File"));
  EXPECT_EQ(bad.findings.at(0).category, POSTERN_CAT_MALWARE);
  EXPECT_THAT(names(scanned_at(server.endpoint(), std::string(3'000'001, 'x') + eicar)),
              ElementsAre("EICAR-Test-File"));
}

TEST(ScanEngine, AllOfAPartArrives) {
  for (const size_t size : {1u, 2u, 3u, (768u << 10) - 1, 768u << 10, (768u << 10) + 1, 5'000'000u}) {
    std::string seen, sent;
    for (size_t i = 0; i < size; ++i) sent += static_cast<char>(i * 31 + i / 251);
    {
      Kavhttpd server([&](const std::string& object) {
        seen = object;
        return nlohmann::json{{"scanResult", "CLEAN"}};
      });
      const Result result = scanned_at(server.endpoint(), sent);
      EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
    }
    EXPECT_TRUE(seen == sent) << size;
  }
}

TEST(ScanEngine, AsksAsTheManualSays) {
  Kavhttpd server;
  Host host;
  host.option("server", server.endpoint()).fact("mail.from", "somebody@example.org").timeout(seconds(10)).part("abc");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  const std::string request = server.last_request();
  EXPECT_THAT(request, ::testing::StartsWith("POST /api/v3.0/scanmemory HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/octet-stream\r\n"));
  const auto body = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  EXPECT_EQ(body["object"], "YWJj");
  EXPECT_EQ(body["url"], "[from:somebody@example.org]");
  const long most = std::stol(body["timeout"].get<std::string>());
  EXPECT_GT(most, 1000);
  EXPECT_LT(most, 9000);  // less than the job has, so that the server says that it gave up
}

TEST(ScanEngine, TellsWhatIsInsideOfAnArchive) {
  Kavhttpd server([](const std::string&) {
    return nlohmann::json::parse(R"j({"object": "memory", "scanResult": "DETECT", "detectionName": "Trojan.A",
      "containsOfficeMacro": "false", "subObjectsScanResults": [
        {"object": "m//a", "scanResult": "DETECT", "detectionName": "HEUR:Trojan.B", "containsOfficeMacro": "true"},
        {"object": "m//b", "scanResult": "DISINFECTED", "detectionName": "not-a-virus:C"},
        {"object": "m//c", "scanResult": "NON_SCANNED (PASSWORD PROTECTED)"}]})j");
  });
  const Result result = scanned_at(server.endpoint());
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_THAT(names(result),
              ElementsAre("Trojan.A", "HEUR:Trojan.B", "not-a-virus:C", "scanengine-encrypted", "scanengine-macro"));
  EXPECT_EQ(result.findings[1].flags, static_cast<uint32_t>(POSTERN_FIND_HEURISTIC));
  EXPECT_EQ(result.findings[2].category, POSTERN_CAT_PUA);
  EXPECT_EQ(result.findings[3].category, POSTERN_CAT_ENCRYPTED);
}

TEST(ScanEngine, WhatWasNotExaminedIsNotClean) {
  const struct {
    const char* word;
    postern_rc rc;
    int32_t category;
  } table[] = {{"NON_SCANNED (PASSWORD PROTECTED)", POSTERN_OK, POSTERN_CAT_ENCRYPTED},
               {"NON_SCANNED (CANCELED)", POSTERN_PARTIAL, POSTERN_CAT_LIMIT},
               {"NON_SCANNED (CORRUPTED)", POSTERN_PARTIAL, POSTERN_CAT_UNSUPPORTED},
               {"NON_SCANNED", POSTERN_PARTIAL, POSTERN_CAT_UNSUPPORTED}};
  for (const auto& row : table) {
    const std::string alone = std::string(R"({"scanResult":")") + row.word + "\"}";
    const std::string inside = R"({"scanResult":"CLEAN","subObjectsScanResults":[)" + alone + "]}";
    for (const std::string& json : {alone, inside}) {
      const Result result = answered(framed(json));
      EXPECT_EQ(result.rc, row.rc) << json << ": " << result.reason;
      ASSERT_EQ(result.findings.size(), 1u) << json;
      EXPECT_EQ(result.findings[0].category, row.category) << json;
    }
  }
}

TEST(ScanEngine, TakesNothingElseForClean) {
  const struct {
    std::string bytes;
    postern_rc rc;
  } table[] = {{"", POSTERN_E_IO},
               {"garbage\r\n\r\n", POSTERN_E_IO},
               {"CLEAN", POSTERN_E_IO},
               {framed("CLEAN"), POSTERN_E_IO},
               {framed(""), POSTERN_E_IO},
               {framed(R"({"object":"memory","scanResult":"SERVER_ERROR"})"), POSTERN_E_IO},
               {framed(R"({"object":"memory","scanResult":"TIMEOUT"})"), POSTERN_E_IO},
               {framed(R"({"error":"the licence has expired"})"), POSTERN_E_IO},
               // a length that is not the right one
               {framed(clean, "200 OK", static_cast<long>(clean.size()) + 1), POSTERN_E_IO},
               {framed(clean, "200 OK", static_cast<long>(clean.size()) - 1), POSTERN_E_IO},
               {framed(clean, "200 OK", 0), POSTERN_E_IO},
               {framed(clean, "200 OK", 100'000'000), POSTERN_E_IO},
               {"HTTP/1.0 200 OK\r\nContent-Length: 40\r\nContent-Length: 1\r\n\r\n" + clean, POSTERN_E_IO},
               // the right words beside a status that is not
               {framed(clean, "204 No Content"), POSTERN_E_IO},
               {framed(clean, "206 Partial Content"), POSTERN_E_IO},
               {framed(clean, "302 Found"), POSTERN_E_IO},
               {framed(clean, "500 Internal Server Error"), POSTERN_E_IO},
               {"HTTP/1.1 100 Continue\r\n\r\n", POSTERN_E_IO},
               {"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Token realm=\"API\"\r\n\r\n", POSTERN_E_IO},
               {framed("<html>", "500 Internal Server Error"), POSTERN_E_IO},
               {framed("{\"error\": \"Session Timeout\"}", "408 Request Timeout"), POSTERN_E_TIMEOUT},
               {framed(R"({"object":"Memory","scanResult":"SERVER_ERROR"})", "408 Request Timeout"), POSTERN_E_TIMEOUT},
               {framed(clean, "503 Service Unavailable"), POSTERN_E_UNAVAILABLE}};
  for (const auto& row : table) {
    const Result result = answered(row.bytes);
    EXPECT_EQ(result.rc, row.rc) << row.bytes << ": " << result.reason;
    EXPECT_THAT(result.findings, IsEmpty()) << row.bytes;
  }
  EXPECT_THAT(answered(framed("{\"error\": \"Session Timeout\"}", "408 Request Timeout")).reason,
              HasSubstr("Session Timeout"));
}

TEST(ScanEngine, AnAnswerThatIsCutIsNone) {
  const std::string whole = framed(clean);
  for (size_t n = 0; n < whole.size(); ++n) {
    const Result result = answered(whole.substr(0, n));
    EXPECT_EQ(result.rc, POSTERN_E_IO) << n << ": " << result.reason;
  }
}

TEST(ScanEngine, ANameIsToldWhateverElseIsWrong) {
  const std::string found = R"({"object":"memory","scanResult":"DETECT","detectionName":"Evil"})";
  const std::string found_inside = R"({"scanResult":"SERVER_ERROR","subObjectsScanResults":[)" + found + "]}";
  for (const std::string& bytes : {framed(found, "500 Internal Server Error"), framed(found_inside)}) {
    const Result result = answered(bytes);
    EXPECT_EQ(result.rc, POSTERN_E_IO) << bytes;
    EXPECT_THAT(names(result), ElementsAre("Evil")) << bytes;
  }
}

TEST(ScanEngine, WhoIsTooSlowHasNotAnswered) {
  const std::string without_end = framed(clean, "200 OK", static_cast<long>(clean.size()) + 1);
  for (const std::string& said : {std::string(), without_end.substr(0, 60), without_end}) {
    RudeKavhttpd server([&](Talk& talk) {
      talk.read_request();
      talk.say(said);
      talk.wait_for_the_end();
    });
    EXPECT_EQ(scanned_at(server.endpoint(), "a harmless part", milliseconds(200)).rc, POSTERN_E_TIMEOUT) << said;
  }
  // But slow is not too slow.
  RudeKavhttpd slow([](Talk& talk) {
    talk.read_request();
    for (const char c : framed(clean)) talk.say({c});
  });
  const Result result = scanned_at(slow.endpoint());
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
}

TEST(ScanEngine, WhoClosesAtOnceHasNotAnswered) {
  RudeKavhttpd server([](Talk&) {});
  EXPECT_EQ(scanned_at(server.endpoint()).rc, POSTERN_E_IO);
  EXPECT_EQ(scanned_at(server.endpoint(), std::string(30 << 20, 'x')).rc, POSTERN_E_IO);
}

TEST(ScanEngine, AnAnswerBeforeAllWasSeenIsNotClean) {
  const auto hasty = [](const std::string& bytes, bool waits) {
    RudeKavhttpd server([&](Talk& talk) {
      talk.say(bytes);
      if (waits) talk.wait_for_the_end();
    });
    return scanned_at(server.endpoint(), std::string(30 << 20, 'x'));
  };
  for (const bool waits : {true, false}) {
    EXPECT_EQ(hasty(framed(clean), waits).rc, POSTERN_E_IO);
    EXPECT_EQ(hasty(framed("{\"error\": \"too large\"}", "413 Payload Too Large"), waits).rc, POSTERN_E_IO);
    EXPECT_THAT(names(hasty(framed(R"({"scanResult":"DETECT","detectionName":"Evil"})"), waits)), ElementsAre("Evil"));
  }
}

TEST(ScanEngine, AsksTheNextServerWhereOneFails) {
  Kavhttpd server;
  RudeKavhttpd broken([](Talk& talk) {
    talk.read_request();
    talk.say(framed(R"({"object":"memory","scanResult":"SERVER_ERROR"})"));
  });
  Host host;
  host.option("server", {"unix:/nonexistent/kavhttpd", broken.endpoint(), server.endpoint()}).part(eicar);
  EXPECT_THAT(names(host.scan<Scanner>()), ElementsAre("EICAR-Test-File"));
  EXPECT_EQ(scanned_at("unix:/nonexistent/kavhttpd").rc, POSTERN_E_UNAVAILABLE);
}

TEST(ScanEngine, TellsOfWhatIsOverItsLimit) {
  Host host;
  host.option("server", "unix:/nonexistent/kavhttpd").option("limit", "10").part("a harmless part");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_THAT(names(result), ElementsAre("scanengine-size-limit"));
}

TEST(ScanEngine, TellsItsHealthWithTheDateOfItsSignatures) {
  Kavhttpd server;
  Host host;
  host.option("server", server.endpoint());
  const auto health = Plugin::of<Scanner>(host).health();
  EXPECT_EQ(health.state, POSTERN_UP) << health.message;
  EXPECT_STREQ(health.engine, "Kaspersky Scan Engine, KAV SDK 8.8.2.58");
  EXPECT_STREQ(health.db_version, "30.01.2019 18:38 GMT");
  EXPECT_EQ(health.db_time, 1548873480);
  Host with_another;
  with_another.option("server", {"unix:/nonexistent/kavhttpd", server.endpoint()});
  EXPECT_EQ(Plugin::of<Scanner>(with_another).health().state, POSTERN_DEGRADED);
}

TEST(ScanEngine, IsDownForAServerThatDoesNotTellOfItself) {
  for (const std::string& bytes : {std::string(), framed("{}"), framed("{\"KAVSDKVersion\": \"8\"}", "500 Error"),
                                   framed("{\"KAVSDKVersion\": \"8\", \"databaseVersion\": \"today\"}")}) {
    RudeKavhttpd server([&](Talk& talk) {
      talk.read_request();
      talk.say(bytes);
    });
    Host host;
    host.option("server", server.endpoint());
    const auto health = Plugin::of<Scanner>(host).health();
    EXPECT_EQ(health.state, POSTERN_DOWN) << bytes;
    EXPECT_STRNE(health.message, "") << bytes;
  }
}

TEST(ScanEngine, RefusesWhatIsNoServer) {
  Host host;
  host.option("server", "http://127.0.0.1:9999");
  EXPECT_THROW(Plugin::of<Scanner>(host), Error);
  EXPECT_EQ(host.option_errors().size(), 1u);
}

}  // namespace
}  // namespace postern::scanengine
