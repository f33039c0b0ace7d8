// SPDX-License-Identifier: MIT
#include "report/mail_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "base/utf8.h"
#include "postern/plugin.h"

namespace postern::report {
namespace {

using mail::Action;
using mail::Category;
using mail::Disposition;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Everything about one mail; starts as an infected one for two recipients.
struct Case {
  Case() {
    received.mail_id = "AbCdEfGhIjKl";
    received.log_id = "12345-07";
    received.envelope.sender = "a@b";
    received.envelope.recipients = {{"c@d", "", ""}, {"e@f", "", ""}};
    received.client.address = "192.0.2.7";
    received.client.port = "40001";
    received.client.ident = "4XkQ";
    received.arrived = std::chrono::system_clock::time_point(std::chrono::milliseconds(1700000000042));
    with_content("Subject: hello\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n");
    parts.resize(2);
    parts[0].path = "0";
    parts[0].detected_type = "message/rfc822";
    parts[1].path = "1";
    parts[1].depth = 1;
    parts[1].declared_type = "application/pdf";
    parts[1].detected_type = "application/zip";
    parts[1].names = {"Rechnung.zip"};
    parts[1].size = 42;
    parts[1].flags = POSTERN_PART_ENCRYPTED | POSTERN_PART_TRUNCATED;
    parts[1].defects = {{mail::DefectKind::encrypted, "zip-encrypted", "member 1"}};
    mail::ScanReport clamav;
    clamav.instance = "clamav";
    clamav.state = mail::ScanState::answered;
    clamav.elapsed = std::chrono::microseconds(21000);
    clamav.findings = {{POSTERN_CAT_MALWARE, 0, 0, 1, "Eicar", ""}};
    findings.reports.push_back(clamav);
    judgement.categories = {Category::infected, Category::unchecked};
    judgement.virus_names = {"Eicar"};
    judgement.reasons = {{Category::unchecked, "decode", "1", "zip-encrypted: member 1"},
                         {Category::infected, "scanner clamav", "1", "Eicar"}};
    blocked(0);
    blocked(1);
    outcome.quarantine_id = "QQQQQQQQQQQQ";
    outcome.quarantine_file = "virus-QQQQQQQQQQQQ.eml";
  }
  void with_content(const std::string& content) { received.content = base::Content::of(content); }
  void set(uint32_t i, Category category, Action action, Disposition disposition, const std::string& where) {
    judgement.recipients.resize(2);
    outcome.recipients.resize(2);
    judgement.recipients[i] = {i, category, action, action == Action::discard, false, "default", {category}};
    outcome.recipients[i].disposition = disposition;
    outcome.recipients[i].where = where;
    outcome.recipients[i].reply = {250, "2.0.0", "Ok"};
  }
  void blocked(uint32_t i) { set(i, Category::infected, Action::discard, Disposition::quarantined, ""); }
  void passed(uint32_t i) {
    set(i, Category::clean, Action::pass, Disposition::delivered, "smtp:[127.0.0.1]:10025 250 2.0.0 Ok: queued as 4XkR7");
  }
  mail::Contents contents() const { return {parts, base::Content()}; }
  std::string line() const {
    const auto c = contents();
    return log_line({received, c, findings, judgement, outcome, std::chrono::milliseconds(21)});
  }
  std::string structured() const {
    const auto c = contents();
    return json_line({received, c, findings, judgement, outcome, std::chrono::milliseconds(21)});
  }
  std::string explained() const { return explain_text(received, contents(), findings, judgement); }
  std::string explained_json() const { return explain_json(received, contents(), findings, judgement); }

  mail::ReceivedMail received;
  std::vector<mail::Part> parts;
  mail::Findings findings;
  mail::Judgement judgement;
  mail::Outcome outcome;
};

Case a_clean_mail() {
  Case c;
  c.judgement = {};
  c.judgement.categories = {Category::clean};
  c.outcome.quarantine_id.clear();
  c.outcome.quarantine_file.clear();
  c.passed(0);
  c.passed(1);
  return c;
}

TEST(LogLine, HasTheShapeOfAmavis) {
  EXPECT_EQ(
      Case().line(),
      "(12345-07) Blocked INFECTED (Eicar) {DiscardedInbound,Quarantined}, [192.0.2.7]:40001 <a@b> -> <c@d>,<e@f>, "
      "quarantine: virus-QQQQQQQQQQQQ.eml, Queue-ID: 4XkQ, Message-ID: <1@x>, mail_id: AbCdEfGhIjKl, Hits: -, size: "
      "43, 21 ms");
  EXPECT_EQ(a_clean_mail().line(),
            "(12345-07) Passed CLEAN {RelayedInbound}, [192.0.2.7]:40001 <a@b> -> <c@d>,<e@f>, Queue-ID: 4XkQ, "
            "Message-ID: <1@x>, "
            "mail_id: AbCdEfGhIjKl, Hits: -, size: 43, queued_as: 4XkR7, 21 ms");
}

TEST(LogLine, BecomesTwoWhereSomePassAndSomeDoNot) {
  Case c;
  c.passed(0);
  const std::string lines = c.line();
  const size_t end = lines.find('\n');
  ASSERT_NE(end, std::string::npos);
  EXPECT_THAT(lines.substr(0, end),
              HasSubstr("Passed CLEAN {RelayedInbound}, [192.0.2.7]:40001 <a@b> -> <c@d>, quarantine"));
  EXPECT_THAT(lines.substr(end + 1),
              HasSubstr("Blocked INFECTED (Eicar) {DiscardedInbound,Quarantined}, [192.0.2.7]:40001 <a@b> -> <e@f>,"));
  EXPECT_EQ(lines.find('\n', end + 1), std::string::npos);
}

TEST(LogLine, SaysWhenTheNextHopWasTheReason) {
  Case c = a_clean_mail();
  for (const auto& [disposition, word] :
       {std::pair(Disposition::deferred, "{TempFailedInbound}"), {Disposition::rejected, "{RejectedInbound}"}}) {
    c.set(0, Category::clean, Action::pass, disposition, "");
    c.set(1, Category::clean, Action::pass, disposition, "");
    EXPECT_THAT(c.line(), HasSubstr(std::string("Blocked MTA-BLOCKED ") + word));
  }
}

TEST(LogLine, CallsUnscannedMailByItsName) {
  Case c;
  c.judgement.categories = {Category::unscanned};
  c.judgement.virus_names.clear();
  c.outcome.quarantine_id.clear();
  c.outcome.quarantine_file.clear();
  for (uint32_t i : {0u, 1u}) c.set(i, Category::unscanned, Action::defer, Disposition::deferred, "");
  EXPECT_THAT(c.line(), HasSubstr("Blocked UNSCANNED {TempFailedInbound}"));
}

TEST(LogLine, LeavesOutWhatIsNotKnown) {
  Case c = a_clean_mail();
  c.received.client = {};
  c.received.envelope.sender = "";
  c.with_content("\r\n");
  EXPECT_EQ(c.line(),
            "(12345-07) Passed CLEAN {RelayedInbound}, <> -> <c@d>,<e@f>, mail_id: AbCdEfGhIjKl, Hits: -, size: 2, "
            "queued_as: 4XkR7, 21 ms");
}

TEST(LogLine, LetsNobodyWriteItemsOfTheirOwn) {
  Case c;
  c.received.envelope.sender = "\"x> -> <y@z>, quarantine: none, \"@b";
  c.judgement.virus_names = {"Evil) {Passed}"};
  c.with_content("Message-ID: <1>, mail_id: forged\r\n\r\n");
  const std::string line = c.line();
  EXPECT_THAT(line, Not(HasSubstr("<y@z>")));
  EXPECT_THAT(line, Not(HasSubstr(", mail_id: forged")));
  EXPECT_THAT(line, HasSubstr("INFECTED (Evil] {Passed}) {Discarded"));
}

TEST(JsonLine, HoldsTheFacts) {
  const json j = json::parse(Case().structured());
  EXPECT_EQ(j["log_id"], "12345-07");
  EXPECT_EQ(j["mail_id"], "AbCdEfGhIjKl");
  EXPECT_EQ(j["@timestamp"], "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(j["queue_id"], "4XkQ");
  EXPECT_EQ(j["subject"], "hello");
  EXPECT_EQ(j["size"], 43);
  EXPECT_EQ(j["ccat_main"], "INFECTED");
  EXPECT_EQ(j["virusnames"], json::array({"Eicar"}));
  EXPECT_EQ(j["attached_file_names"], json::array({"Rechnung.zip"}));
  EXPECT_EQ(j["reasons"][1]["source"], "scanner clamav");
  EXPECT_EQ(j["reasons_total"], 2);
  EXPECT_EQ(j["av_scan"][0]["state"], "answered");
  EXPECT_EQ(j["rcpt_num"], 2);
  EXPECT_EQ(j["recipients"][1]["rcpt_to"], "e@f");
  EXPECT_EQ(j["recipients"][1]["action"], "BLOCK");
  EXPECT_EQ(j["recipients"][1]["smtp_code"], 250);
  EXPECT_EQ(j["message"], Case().line());
  EXPECT_EQ(json::parse(a_clean_mail().structured())["recipients"][0]["queued_as"], "4XkR7");
}

TEST(JsonLine, IsBoundedForAMailWithAThousandDefects) {
  Case c;
  c.judgement.reasons.assign(100000, {Category::unchecked, "decode", "1", std::string(5000, 'x')});
  const json j = json::parse(c.structured());
  EXPECT_EQ(j["reasons_total"], 100000);
  EXPECT_LT(j["reasons"].size(), 100u);
}

TEST(Explain, DrawsTheTreeTheScannersAndTheReasons) {
  EXPECT_EQ(Case().explained(),
            "message  <a@b> -> <c@d> <e@f>  43 bytes\n"
            "0  message/rfc822 0 bytes\n"
            "  1  \"Rechnung.zip\" declared application/pdf, is application/zip encrypted truncated 42 bytes"
            "  <- encrypted: zip-encrypted: member 1\n"
            "scanner  clamav  0.021 s  answered\n"
            "    Eicar in 1\n"
            "verdict  INFECTED, over UNCHECKED\n"
            "    <c@d>  virus -> discard, quarantine  (default)\n"
            "    <e@f>  virus -> discard, quarantine  (default)\n"
            "why      decode -> unchecked: zip-encrypted: member 1 in 1\n"
            "why      scanner clamav -> virus: Eicar in 1\n");
}

TEST(Explain, SaysTheSameAsJson) {
  const json j = json::parse(Case().explained_json());
  EXPECT_EQ(j["verdict"], "virus");
  EXPECT_EQ(j["categories"], json::array({"virus", "unchecked"}));
  EXPECT_EQ(j["parts"][1]["detected_type"], "application/zip");
  EXPECT_EQ(j["scanners"][0]["findings"][0]["name"], "Eicar");
  EXPECT_EQ(j["recipients"][0]["action"], "discard");
  EXPECT_EQ(j["reasons"].size(), 2u);
}

TEST(PartsJson, HasOneObjectPerLineAndPart) {
  const std::string lines = parts_json(Case().contents());
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  const json part = json::parse(lines.substr(lines.find('\n') + 1));
  EXPECT_EQ(part["path"], "1");
  EXPECT_EQ(part["parent"], "0");
  EXPECT_EQ(part["flags"], json::array({"encrypted", "truncated"}));
  EXPECT_EQ(part["defects"][0]["kind"], "encrypted");
  EXPECT_FALSE(part.contains("sha256"));  // nobody made one
  for (const char* key : {"depth", "declared_type", "detected_type", "encoding", "role", "names", "offset", "size",
                          "raw_offset", "raw_size"})
    EXPECT_TRUE(part.contains(key)) << key;
}

// The first character that must never reach a log or a terminal as it is; lines may end where they must.
std::string first_harmful(std::string_view text, bool may_break) {
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (!c.valid || base::is_deceptive(c.code) || (base::is_control(c.code) && !(may_break && c.code == '\n')))
      return "U+" + std::to_string(c.code) + " before \"" + std::string(text.substr(0, 40)) + "\"";
    text.remove_prefix(c.length);
  }
  return "";
}

void put_everywhere(Case& c, const std::string& evil) {
  auto& m = c.received;
  for (std::string* t : {&m.mail_id, &m.log_id, &m.envelope.sender, &m.envelope.recipients[0].address, &m.client.name,
                         &m.client.address, &m.client.port, &m.client.helo, &m.client.ident, &m.peer, &m.listener})
    *t = evil;
  c.with_content("Subject: " + evil + "\r\nMessage-ID: " + evil + "\r\nFrom: " + evil + "\r\n\r\n");
  for (std::string* t :
       {&c.parts[1].path, &c.parts[1].declared_type, &c.parts[1].detected_type, &c.parts[1].encoding, &c.parts[1].role,
        &c.parts[1].decoder, &c.parts[1].names[0], &c.parts[1].defects[0].code, &c.parts[1].defects[0].text})
    *t = evil;
  auto& report = c.findings.reports[0];
  report.instance = report.reason = report.findings[0].name = report.findings[0].text = evil;
  report.notes = {{evil, evil}};
  c.judgement.virus_names = {evil};
  for (auto& r : c.judgement.reasons) r.source = r.part = r.text = evil;
  c.judgement.recipients[0].rule = evil;
  c.outcome.quarantine_id = c.outcome.quarantine_file = c.outcome.recipients[0].where = c.outcome.recipients[0].reply.text = evil;
  c.outcome.recipients[0].reply.enhanced = evil;
}

void expect_harmless(const Case& c, const std::string& evil) {
  EXPECT_EQ(first_harmful(c.line(), false), "") << testing::PrintToString(evil);
  EXPECT_EQ(first_harmful(c.explained(), true), "") << testing::PrintToString(evil);
  EXPECT_EQ(first_harmful(parts_json(c.contents()), true), "") << testing::PrintToString(evil);
  for (const std::string& text : {c.structured(), c.explained_json()}) {
    EXPECT_EQ(first_harmful(text, false), "") << testing::PrintToString(evil);
    EXPECT_FALSE(json::parse(text, nullptr, false).is_discarded()) << testing::PrintToString(evil);
  }
}

TEST(Escaping, KeepsKnownTricksFromEveryPrinter) {
  const size_t lines = 11;  // of this tree, with a line for the scanner's note
  for (const std::string evil : {"a\r\nb", "a\nFeb 1 posternd: forged", "\x1b[2J\x1b]0;title\x07",
                                 "cod\xe2\x80\xae"
                                 "gpj.exe",
                                 "\xc2\x9b"
                                 "31m",
                                 "\xff\xfe\xc3", "\xe2\x80\xa8next", "\xef\xbb\xbf", "\"}],\"x\":[{\"", "\\", "\x7f"}) {
    Case c;
    put_everywhere(c, evil);
    expect_harmless(c, evil);
    const std::string text = c.explained();
    EXPECT_EQ(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')), lines) << testing::PrintToString(evil);
  }
}

TEST(Escaping, HoldsForRandomValues) {
  std::mt19937 generator(20);
  for (int round = 0; round < 300; ++round) {
    std::string evil(1 + generator() % 60, '\0');
    for (char& byte : evil) byte = static_cast<char>(generator());
    Case c;
    put_everywhere(c, evil);
    expect_harmless(c, evil);
  }
}

}  // namespace
}  // namespace postern::report
