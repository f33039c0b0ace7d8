// SPDX-License-Identifier: MIT
#include "message.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace postern::mail_notice {
namespace {

Frame frame() {
  return {"postmaster@filter.example.org", {"admin@example.org"}, "filter.example.org", 1795336262, "0123abcd"};
}

Facts facts() {
  Facts f;
  f.category = "virus";
  f.time = "2026-11-22T08:31:02Z";
  f.quarantine = "2026/11/22/abc";
  f.mail_id = "abc";
  f.queue_id = "4XyZ";
  f.from = "sender@example.net";
  f.subject = "Invoice";
  f.message_id = "<1@example.net>";
  f.size = "4096";
  f.client_address = "192.0.2.7";
  f.client_name = "mx.example.net";
  f.reasons = {"clamav: Eicar in part 1.2"};
  f.viruses = {"Win.Test.EICAR"};
  f.recipients = {"a@example.org", "b@example.org"};
  return f;
}

std::string header_of(const std::string& mail) {
  return mail.substr(0, mail.find("\r\n\r\n") + 2);
}

std::vector<std::string> field_names(const std::string& mail) {
  std::vector<std::string> names;
  std::string header = header_of(mail);
  for (size_t at = 0; at < header.size(); at = header.find("\r\n", at) + 2)
    if (header[at] != ' ') names.push_back(header.substr(at, header.find(':', at) - at));
  return names;
}

std::string decoded_body(const std::string& mail) {
  std::string in = mail.substr(mail.find("\r\n\r\n") + 4), out;
  for (size_t n = 0; n < in.size(); ++n) {
    if (in[n] != '=') {
      out += in[n];
    } else if (in.compare(n + 1, 2, "\r\n") == 0) {
      n += 2;
    } else {
      out += static_cast<char>(std::stoi(in.substr(n + 1, 2), nullptr, 16));
      n += 2;
    }
  }
  return out;
}

const std::vector<std::string> our_fields = {"From",         "To",           "Subject",
                                             "Date",         "Message-ID",   "Auto-Submitted",
                                             "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};

TEST(Notice, ReadsLikeThis) {
  EXPECT_EQ(compose(frame(), facts()),
            "From: \"Postern content filter\" <postmaster@filter.example.org>\r\n"
            "To: admin@example.org\r\n"
            "Subject: Blocked (virus): Win.Test.EICAR\r\n"
            "Date: Sun, 22 Nov 2026 08:31:02 +0000\r\n"
            "Message-ID: <0123abcd@filter.example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "A mail was blocked by the content filter.\r\n"
            "\r\n"
            "Category:     virus\r\n"
            "Virus:        Win.Test.EICAR\r\n"
            "Reason:       clamav: Eicar in part 1.2\r\n"
            "Quarantine:   2026/11/22/abc\r\n"
            "\r\n"
            "Sender:       sender@example.net\r\n"
            "Recipient:    a@example.org\r\n"
            "Recipient:    b@example.org\r\n"
            "Subject:      Invoice\r\n"
            "Message-ID:   <1@example.net>\r\n"
            "Size:         4096 bytes\r\n"
            "\r\n"
            "Client:       mx.example.net [192.0.2.7]\r\n"
            "Mail id:      abc\r\n"
            "Queue id:     4XyZ\r\n"
            "Time:         2026-11-22T08:31:02Z\r\n");
}

TEST(Notice, HasOurFieldsOnlyWhateverAFactHolds) {
  for (const std::string& evil : std::initializer_list<std::string>{
           "x\r\nBcc: v@example.com", "x\nBcc: v@example.com", "x\rBcc: v@example.com", "x\r\n\r\nbody",
           "\r\n.\r\nMAIL FROM:<x>", "=?utf-8?B?DQpCY2M6IHY=?=", std::string("a\0b", 3), "\x1b]0;title\x07",
           "\xE2\x80\xAE"
           "fdp.exe",
           "\xC2\x85"
           "Bcc: v",
           "\xE2\x80\xA8"
           "Bcc: v",
           std::string(65536, 'A'), std::string(65536, '\xFF'),
           "\xC0\x8A"
           "Bcc: v",
           "Grüße\r\nBcc: v", " ", "\r\n \r\n"}) {
    Facts f = facts();
    f.category = f.time = f.quarantine = f.mail_id = f.queue_id = f.from = f.subject = f.message_id = f.size = evil;
    f.client_address = f.client_name = evil;
    f.reasons = f.viruses = f.recipients = {evil};
    const std::string mail = compose(frame(), f);
    EXPECT_EQ(field_names(mail), our_fields);
    EXPECT_TRUE(
        std::all_of(mail.begin(), mail.end(), [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c <= '~'); }));
    EXPECT_EQ(std::count(mail.begin(), mail.end(), '\r'), std::count(mail.begin(), mail.end(), '\n'));
    for (size_t at = 0, end; at < mail.size(); at = end + 2) {
      end = mail.find("\r\n", at);
      ASSERT_NE(end, std::string::npos);
      EXPECT_LE(end - at, 200u);
      EXPECT_NE(mail.substr(at, end - at), ".");
      EXPECT_NE(mail.substr(at, 5), "From ");
    }
    EXPECT_EQ(decoded_body(mail).find("\r\nBcc:"), std::string::npos);
  }
}

TEST(Notice, BoundsWhatItRepeats) {
  Facts f = facts();
  f.recipients.assign(5000, "r@example.org");
  const std::string body = decoded_body(compose(frame(), f));
  EXPECT_LT(body.size(), 4096u);
  EXPECT_NE(body.find("and 4980 more"), std::string::npos);
}

TEST(Notice, KeepsWordsOfEveryLanguage) {
  Facts f = facts();
  f.viruses = {"Schädling"};
  f.subject = "Grüße 你好";
  const std::string mail = compose(frame(), f);
  EXPECT_NE(mail.find("Subject: =?utf-8?B?QmxvY2tlZCAodmlydXMpOiBTY2jDpGRsaW5n?=\r\n"), std::string::npos) << mail;
  EXPECT_NE(decoded_body(mail).find("Subject:      Grüße 你好\r\n"), std::string::npos);
}

TEST(Notice, WritesTheNullSenderSo) {
  Facts f = facts();
  f.from.clear();
  EXPECT_NE(compose(frame(), f).find("Sender:       <>"), std::string::npos);
}

TEST(Notice, NamesSeveralReceivers) {
  Frame several = frame();
  several.to = {"a@example.org", "b@example.org"};
  EXPECT_NE(compose(several, facts()).find("To: a@example.org,\r\n b@example.org\r\n"), std::string::npos);
}

TEST(OneLine, MakesWhatCannotBeSeenVisible) {
  EXPECT_EQ(one_line("a\r\nb", 100), "a\\x0D\\x0Ab");
  EXPECT_EQ(one_line("\xE2\x80\xAE", 100), "\\xE2\\x80\\xAE");
  EXPECT_EQ(one_line("\xC3", 100), "\\xC3");
  EXPECT_EQ(one_line("\xED\xA0\x80", 100), "\\xED\\xA0\\x80") << "a surrogate";
  EXPECT_EQ(one_line("ü", 100), "ü");
}

TEST(OneLine, CutsBetweenCharacters) {
  EXPECT_EQ(one_line("üüüü", 7), "üü...");
  for (size_t limit = 3; limit < 20; ++limit) EXPECT_LE(one_line("üüüü\r\nüüüü", limit).size(), limit);
}

TEST(UnstructuredField, FoldsLongOnesAndSplitsNoCharacter) {
  std::string words;
  for (int n = 0; n < 20; ++n) words += "word ";
  const std::string folded = unstructured_field("Subject", words + "end");
  EXPECT_NE(folded.find("\r\n "), std::string::npos);
  std::string unfolded = folded;
  for (size_t at; (at = unfolded.find("\r\n ")) != std::string::npos;) unfolded.erase(at, 2);
  EXPECT_EQ(unfolded, "Subject: " + words + "end\r\n");

  std::string umlauts;
  for (int n = 0; n < 40; ++n) umlauts += "ü";
  const std::string encoded = unstructured_field("Subject", umlauts);
  EXPECT_EQ(encoded.find("\r\n =?utf-8?B?") != std::string::npos, true);
  EXPECT_LE(encoded.find("\r\n"), 76u + 9u);
  EXPECT_NE(encoded.find("?B?w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7w=?="), std::string::npos)
      << "44 bytes, not 45, stand in the first word: " << encoded;
}

TEST(PlainAddress, LeavesNoWayOutOfItsBrackets) {
  for (const char* good : {"a@b", "postmaster@filter.example.org", "a+b_c@example.org", "o'brien@example.org"})
    EXPECT_TRUE(is_plain_address(good)) << good;
  for (const char* bad : {"", "a", "@b", "a@", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b", "a@b,c@d", "\"a\"@b",
                          "a\\@b", "ä@b", "a@b;", "(a)@b", "a:b@c"})
    EXPECT_FALSE(is_plain_address(bad)) << bad;
}

}  // namespace
}  // namespace postern::mail_notice
