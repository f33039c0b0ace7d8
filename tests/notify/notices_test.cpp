// SPDX-License-Identifier: MIT
#include "notify/notices.h"

#include <gmime/gmime.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::notify {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

mail::ReceivedMail a_mail(const std::string& content = "Subject: hello\r\nMessage-ID: <1@x>\r\n\r\nsecret body\r\n") {
  mail::ReceivedMail m;
  m.mail_id = "AbCdEfGhIjKl";
  m.envelope.sender = "a@b.example";
  m.envelope.recipients = {{"c@d.example", "", ""}, {"e@f.example", "", ""}};
  m.client.ident = "4XkQ";
  m.client.address = "192.0.2.7";
  m.arrived = std::chrono::system_clock::from_time_t(1700000000);
  m.content = base::Content::of(content);
  return m;
}

FailedRecipient refused(uint32_t recipient, const std::string& text = "no such user", const std::string& remote = "") {
  return {recipient, {550, "5.1.1", text}, remote};
}

// The notification as a foreign parser reads it: media types, decoded contents, and the groups of fields of the second
// part.
struct Parsed {
  std::string type, report_type, to, auto_submitted;
  std::vector<std::string> types, contents;
};

std::string text_of(const char* text) {
  return text ? text : "";
}

Parsed parsed(const std::string& mail) {
  static const bool ready = (::g_mime_init(), true);
  EXPECT_TRUE(ready);
  GMimeStream* stream = ::g_mime_stream_mem_new_with_buffer(mail.data(), mail.size());
  GMimeParser* parser = ::g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = ::g_mime_parser_construct_message(parser, nullptr);
  Parsed out;
  out.to = text_of(::g_mime_object_get_header(GMIME_OBJECT(message), "To"));
  out.auto_submitted = text_of(::g_mime_object_get_header(GMIME_OBJECT(message), "Auto-Submitted"));
  GMimeObject* top = ::g_mime_message_get_mime_part(message);
  GMimeContentType* type = ::g_mime_object_get_content_type(top);
  char* name = ::g_mime_content_type_get_mime_type(type);
  out.type = name;
  ::g_free(name);
  out.report_type = text_of(::g_mime_content_type_get_parameter(type, "report-type"));
  EXPECT_TRUE(GMIME_IS_MULTIPART(top));
  auto* multipart = GMIME_MULTIPART(top);
  for (int i = 0; i < ::g_mime_multipart_get_count(multipart); ++i) {
    GMimeObject* part = ::g_mime_multipart_get_part(multipart, i);
    name = ::g_mime_content_type_get_mime_type(::g_mime_object_get_content_type(part));
    out.types.emplace_back(name);
    ::g_free(name);
    GMimeStream* bytes = ::g_mime_stream_mem_new();
    ::g_mime_data_wrapper_write_to_stream(::g_mime_part_get_content(GMIME_PART(part)), bytes);
    const GByteArray* array = ::g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(bytes));
    out.contents.emplace_back(reinterpret_cast<const char*>(array->data), array->len);
    ::g_object_unref(bytes);
  }
  ::g_object_unref(message);
  ::g_object_unref(parser);
  ::g_object_unref(stream);
  return out;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("\r\n", at);
    all.push_back(text.substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + 2;
  }
  return all;
}

bool has_line_beginning(const std::string& text, const std::string& start) {
  for (const std::string& line : lines(text))
    if (line.substr(0, start.size()) == start) return true;
  return false;
}

std::string notification(const mail::ReceivedMail& m, const std::vector<FailedRecipient>& failed) {
  return failure_notification(m, failed, "mx.example.org", "=_bound");
}

TEST(FailureNotification, HasExactlyTheFieldsOfTheStandard) {
  auto m = a_mail();
  m.envelope.envid = "QQ+2B1";
  m.envelope.recipients[0].orcpt = "rfc822;old+2Bname@d.example";
  const auto p = parsed(notification(m, {refused(0, "no such user", "127.0.0.1:10025"), refused(1)}));
  EXPECT_EQ(p.type, "multipart/report");
  EXPECT_EQ(p.report_type, "delivery-status");
  EXPECT_EQ(p.to, "<a@b.example>");
  EXPECT_EQ(p.auto_submitted, "auto-replied");
  EXPECT_THAT(p.types, ElementsAre("text/plain", "message/delivery-status", "text/rfc822-headers"));
  EXPECT_THAT(lines(p.contents.at(1)),
              ElementsAre("Reporting-MTA: dns; mx.example.org", "Received-From-MTA: dns; [192.0.2.7]",
                          "Arrival-Date: Tue, 14 Nov 2023 22:13:20 +0000", "Original-Envelope-Id: QQ+1", "",
                          "Original-Recipient: rfc822;old+name@d.example", "Final-Recipient: rfc822;c@d.example",
                          "Action: failed", "Status: 5.1.1", "Remote-MTA: dns; [127.0.0.1]",
                          "Diagnostic-Code: smtp; 550 5.1.1 no such user", "Final-Log-ID: AbCdEfGhIjKl", "",
                          "Final-Recipient: rfc822;e@f.example", "Action: failed", "Status: 5.1.1",
                          "Diagnostic-Code: smtp; 550 5.1.1 no such user", "Final-Log-ID: AbCdEfGhIjKl"));
  EXPECT_THAT(p.contents.at(0), HasSubstr("<c@d.example>:"));
}

TEST(FailureNotification, ReturnsTheHeaderAndNotTheBody) {
  const std::string dsn = notification(a_mail(), {refused(0)});
  EXPECT_EQ(parsed(dsn).contents.at(2), "Subject: hello\r\nMessage-ID: <1@x>\r\n");
  EXPECT_THAT(dsn, Not(HasSubstr("secret")));
  EXPECT_THAT(dsn, EndsWith("\r\n--=_bound--\r\n"));
}

TEST(FailureNotification, TellsEnds) {
  EXPECT_EQ(parsed(notification(a_mail("\r\nonly a body\r\n"), {refused(0)})).contents.at(2), "");
  EXPECT_EQ(parsed(notification(a_mail(""), {refused(0)})).contents.at(2), "");
  EXPECT_EQ(parsed(notification(a_mail("Subject: no end\r\n"), {refused(0)})).contents.at(2), "Subject: no end\r\n");
}

TEST(FailureNotification, IsOwedToNobodyByRule) {
  auto m = a_mail();
  m.envelope.sender = "";
  EXPECT_EQ(notification(m, {refused(0)}), "");
  m = a_mail();
  EXPECT_EQ(notification(m, {}), "");
  m.envelope.recipients[0].notify = "NEVER";
  m.envelope.recipients[1].notify = "SUCCESS,DELAY";
  EXPECT_EQ(notification(m, {refused(0), refused(1)}), "");
  m.envelope.recipients[1].notify = "SUCCESS,FAILURE";
  const auto status = parsed(notification(m, {refused(0), refused(1)})).contents.at(1);
  EXPECT_THAT(status, HasSubstr("e@f.example"));
  EXPECT_THAT(status, Not(HasSubstr("c@d.example")));
}

TEST(FailureNotification, LetsNoTextFromOutsideWriteALineOfItsOwn) {
  auto m = a_mail();
  const std::string evil = "x\r\nAction: delivered\r\n\r\n--=_bound\r\nBcc: v@w\nInjected: 1\rInjected: 2";
  m.envelope.sender = "\"" + evil + "\"@b";
  m.envelope.recipients[0].address = "\"" + evil + "\"@d";
  m.envelope.recipients[0].orcpt = "rfc822;a+0D+0AAction: delivered+0D+0A+0D+0A--=_bound";
  m.envelope.envid = "a+0D+0AInjected: 3";
  m.client.name = evil;
  m.mail_id = evil;
  FailedRecipient failed = refused(0, evil, evil);
  failed.reply.enhanced = evil;
  const std::string dsn = notification(m, {failed});
  const auto p = parsed(dsn);
  EXPECT_THAT(p.types, SizeIs(3));
  for (const char* start : {"Injected", "Bcc", "Action: delivered"})
    EXPECT_FALSE(has_line_beginning(dsn, start)) << start;
  EXPECT_THAT(p.contents.at(1), HasSubstr("\r\nStatus: 5.0.0\r\n"));
  for (size_t i = 0; i < dsn.size(); ++i) {
    if (dsn[i] == '\r') {
      EXPECT_EQ(dsn[i + 1], '\n');
    }
    if (dsn[i] == '\n') {
      EXPECT_EQ(dsn[i - 1], '\r');
    }
  }
}

TEST(FailureNotification, JoinsTheLinesOfAReply) {
  EXPECT_THAT(notification(a_mail(), {refused(0, "first\nsecond")}),
              HasSubstr("Diagnostic-Code: smtp; 550 5.1.1 first second\r\n"));
}

TEST(FailureNotification, KeepsAnEightBitHeaderInSevenBits) {
  const std::string header =
      "Subject: gr\xfc\xdf"
      "e\r\nX: \xe2\x82\xac = 1 \r\n--=_bound: x\r\nX-Nul: " +
      std::string(1, '\0') + "\r\nX-Long: " + std::string(3000, 'l') + "\r\n";
  const std::string dsn = notification(a_mail(header + "\r\nbody"), {refused(0)});
  for (const char c : dsn) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  for (const std::string& line : lines(dsn)) ASSERT_LE(line.size(), 998u);
  const auto p = parsed(dsn);
  EXPECT_THAT(p.types, SizeIs(3));
  EXPECT_EQ(p.contents.at(2), header);
}

TEST(FailureNotification, BoundsTheHeaderBetweenLines) {
  std::string header;
  for (int i = 0; i < 10000; ++i) header += "X-Field-" + std::to_string(i) + ": value\r\n";
  const auto p = parsed(notification(a_mail(header + "\r\n"), {refused(0)}));
  EXPECT_LE(p.contents.at(2).size(), 32u * 1024);
  EXPECT_THAT(p.contents.at(2), EndsWith(": value\r\n"));
  EXPECT_LT(notification(a_mail("X: " + std::string(1000000, 'y')), {refused(0)}).size(), 40000u);
}

TEST(FailureNotification, SpeaksUtf8WhereAnAddressNeedsIt) {
  auto m = a_mail(
      "Subject: gr\xc3\xbc\xc3\x9f"
      "e\r\n\r\n");
  m.envelope.smtputf8 = true;
  m.envelope.recipients[0].address = "j\xc3\xbcrgen@d.example";
  m.envelope.recipients[0].orcpt = "utf-8;j\xc3\xbcrgen@d.example";
  const auto p = parsed(notification(m, {refused(0, "kein Empf\xc3\xa4nger")}));
  EXPECT_EQ(p.report_type, "global-delivery-status");
  EXPECT_THAT(p.types, ElementsAre("text/plain", "message/global-delivery-status", "message/global-headers"));
  EXPECT_THAT(p.contents.at(1), HasSubstr("Final-Recipient: utf-8;j\xc3\xbcrgen@d.example\r\n"));
  EXPECT_THAT(p.contents.at(1), HasSubstr("kein Empf\xc3\xa4nger\r\n"));
  EXPECT_EQ(p.contents.at(2),
            "Subject: gr\xc3\xbc\xc3\x9f"
            "e\r\n");
}

TEST(FailureNotification, StaysAsciiWhereNoAddressNeedsMore) {
  const std::string dsn = notification(a_mail(), {refused(0, "kein Empf\xc3\xa4nger \xff")});
  for (const char c : dsn) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  EXPECT_THAT(dsn, HasSubstr("kein Empf\\x{E4}nger \\x{FF}"));
}

mail::Judgement an_infection() {
  mail::Judgement j;
  j.categories = {mail::Category::infected};
  j.virus_names = {"Eicar", "Other"};
  j.reasons = {{mail::Category::clean, "decode", "1", "mime-odd"},
               {mail::Category::infected, "scanner clamav", "1.2", "Eicar"}};
  j.recipients = {{0, mail::Category::infected, mail::Action::discard, true, false, "default", {mail::Category::infected}},
                  {1, mail::Category::infected, mail::Action::discard, true, true, "default", {mail::Category::infected}}};
  return j;
}

TEST(Notices, AreOnlyWrittenWhereAWishSaysSo) {
  auto j = an_infection();
  EXPECT_THAT(notices(a_mail(), j, ""), SizeIs(1));
  j.recipients[0].notify_admin = true;
  EXPECT_THAT(notices(a_mail(), j, ""), SizeIs(1));
  j.recipients[0].notify_admin = j.recipients[1].notify_admin = false;
  EXPECT_THAT(notices(a_mail(), j, ""), SizeIs(0));
}

TEST(Notices, StateTheFacts) {
  using Fact = std::pair<std::string, std::string>;
  const auto all = notices(a_mail(), an_infection(), "QQQQQQQQQQQQ");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].kind, "mail.blocked");
  EXPECT_THAT(
      all[0].facts,
      ElementsAre(Fact("event.kind", "mail.blocked"), Fact("event.time", "2023-11-14T22:13:20Z"),
                  Fact("event.category", "virus"), Fact("event.reason", "scanner clamav: Eicar in part 1.2"),
                  Fact("event.virus", "Eicar"), Fact("event.virus", "Other"), Fact("mail.rcpt", "e@f.example"),
                  Fact("event.quarantine", "QQQQQQQQQQQQ"), Fact("mail.id", "AbCdEfGhIjKl"),
                  Fact("mail.queue-id", "4XkQ"), Fact("mail.from", "a@b.example"), Fact("mail.subject", "hello"),
                  Fact("mail.message-id", "<1@x>"), Fact("mail.size", "50"), Fact("client.addr", "192.0.2.7")));
}

}  // namespace
}  // namespace postern::notify
