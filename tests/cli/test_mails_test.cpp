// SPDX-License-Identifier: MIT
// Each test mail through the real decoders: what an administrator is promised is really in it.
#include "cli/test_mails.h"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <map>

#include "cli/examination.h"
#include "judge/header_checks.h"

namespace postern::cli {
namespace {

using mail::DefectKind;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Letterhead head{"sender@example.org", "recipient@example.org", "Mon, 07 Sep 2026 10:00:00 +0000", "id4711"};

Examiner& examiner() {
  static Examiner one(config::load("").configuration, true);
  return one;
}

// What decode made of a mail, for looking at.
struct Examined {
  explicit Examined(const std::string& name) {
    const TestMail* wanted = find_test_mail(name);
    if (wanted == nullptr) throw std::invalid_argument(name);
    received.content = base::Content::of(wanted->text(head));
    received.mail_id = received.log_id = name;
    received.envelope.smtputf8 = wanted->needs_smtputf8;
    received.envelope.recipients.push_back({head.recipient, "", ""});
    examination = examiner().examine(received);
  }
  const std::vector<mail::Part>& parts() const { return examination.contents.parts(); }
  std::string_view bytes(const mail::Part& part) const {
    return examination.contents.bytes(part, received.content.bytes());
  }

  // Which part has exactly these bytes; empty: none.
  std::string where(const std::string& content) const {
    for (const mail::Part& part : parts())
      if (bytes(part) == content) return part.path;
    return {};
  }
  bool has(DefectKind kind) const {
    for (const mail::Part& part : parts())
      for (const mail::Defect& defect : part.defects)
        if (defect.kind == kind) return true;
    return false;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const mail::Part& part : parts())
      for (const mail::Defect& defect : part.defects)
        if (defect.kind != DefectKind::note) all.push_back(defect.code);
    return all;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const mail::Part& part : parts()) all.insert(all.end(), part.names.begin(), part.names.end());
    return all;
  }
  std::vector<std::string> header_faults() const {
    std::vector<std::string> all;
    for (const auto& fault :
         judge::check_header(received.content.bytes(), examination.contents, {}, received.envelope.smtputf8))
      all.emplace_back(judge::name(fault.check));
    return all;
  }

  mail::ReceivedMail received;
  filter::Examination examination;
};

using Check = std::function<void(const Examined&)>;

const std::map<std::string, Check>& checks() {
  static const std::map<std::string, Check> all = {
      {"clean", [](const Examined& e) { EXPECT_THAT(e.codes(), IsEmpty()); }},
      {"utf8",
       [](const Examined& e) {
         EXPECT_THAT(e.codes(), ElementsAre("mime-header-8bit"));
         EXPECT_THAT(std::string(e.received.content.bytes()),
                     HasSubstr("Subject: Test mail: utf8 gr\xC3\xBC\xC3\x9Ft"));
       }},
      {"names",
       [](const Examined& e) {
         EXPECT_THAT(e.names(), Contains(std::string(400, 'a') + ".txt"));
         EXPECT_THAT(e.names(), Contains("../../climbing.txt").Times(2));
         EXPECT_THAT(e.names(), Contains("f\xC3\xBCr \xD0\xB4\xD0\xB0.txt"));
         EXPECT_THAT(e.names(), Contains("$(id) `id` ;id; %s%n.txt"));
         EXPECT_FALSE(e.has(DefectKind::ambiguous) || e.has(DefectKind::undecoded) || e.has(DefectKind::limit));
       }},
      {"nested-archive",
       [](const Examined& e) {
         EXPECT_EQ(e.where("Only a text.\r\n"), "1.2.1.1.1");
         EXPECT_THAT(e.codes(), IsEmpty());
       }},
      {"virus", [](const Examined& e) { EXPECT_EQ(e.where(eicar()), "1.2"); }},
      {"virus-in-zip", [](const Examined& e) { EXPECT_EQ(e.where(eicar()), "1.2.2"); }},
      {"virus-forwarded",
       [](const Examined& e) {
         EXPECT_THAT(e.where(eicar()), HasSubstr("1.2."));
         EXPECT_THAT(e.codes(), IsEmpty());
       }},
      {"html-smuggling",
       [](const Examined& e) {
         const mail::Part& page = e.parts().at(3);
         EXPECT_EQ(page.path, "1.2");
         EXPECT_EQ(page.declared_type, "text/html");
         EXPECT_EQ(page.detected_type, "text/html");
         EXPECT_THAT(std::string(e.bytes(page)), HasSubstr("\"WDVPIVAlQEFQWzRc"));  // base64 of how EICAR begins
       }},
      {"pdf-attachment",
       [](const Examined& e) {
         const mail::Part& document = e.parts().at(3);
         EXPECT_EQ(document.path, "1.2");
         EXPECT_EQ(document.detected_type, "application/pdf");
         EXPECT_THAT(std::string(e.bytes(document)),
                     HasSubstr("58354F2150254041505B345C505A58353428505E29374343"));  // EICAR in hexadecimal
       }},
      {"spam",
       [](const Examined& e) {
         EXPECT_THAT(std::string(e.bytes(e.parts().at(1))), HasSubstr("\r\n" + gtube() + "\r\n"));
       }},
      {"banned", [](const Examined& e) { EXPECT_THAT(e.names(), ElementsAre("invoice.pdf.exe")); }},
      {"encrypted",
       [](const Examined& e) {
         EXPECT_TRUE(e.has(DefectKind::encrypted));
         EXPECT_THAT(e.names(), Contains("salaries.txt"));
       }},
      {"bomb",
       [](const Examined& e) {
         EXPECT_TRUE(e.has(DefectKind::limit));
         EXPECT_LT(e.received.content.bytes().size(), 120'000u);
       }},
      {"bad-header",
       [](const Examined& e) { EXPECT_THAT(e.header_faults(), ElementsAre("multiple", "8bit", "long", "missing")); }},
      {"ambiguous-mime", [](const Examined& e) { EXPECT_TRUE(e.has(DefectKind::ambiguous)); }},
  };
  return all;
}

class TestMails : public ::testing::TestWithParam<std::string> {};

TEST_P(TestMails, HoldsWhatItSays) {
  const auto check = checks().find(GetParam());
  ASSERT_NE(check, checks().end()) << "a test mail without a test";
  const Examined examined(GetParam());
  check->second(examined);
  const std::vector<std::string> faults = GetParam() == "bad-header"
                                              ? std::vector<std::string>{"multiple", "8bit", "long", "missing"}
                                          : GetParam() == "ambiguous-mime" ? std::vector<std::string>{"mime"}
                                                                           : std::vector<std::string>{};
  EXPECT_EQ(examined.header_faults(), faults);
  // What is not the point of a mail is not in it.
  EXPECT_EQ(examined.has(DefectKind::encrypted), GetParam() == "encrypted");
  EXPECT_EQ(examined.has(DefectKind::limit), GetParam() == "bomb");
  EXPECT_EQ(examined.has(DefectKind::ambiguous), GetParam() == "ambiguous-mime");
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const TestMail& mail : test_mails()) names.emplace_back(mail.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, TestMails, ::testing::ValuesIn(all_names()), [](const auto& instance) {
  std::string name = instance.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(TestMailTexts, HaveOnlyWholeLineEnds) {
  for (const TestMail& mail : test_mails()) {
    const std::string text = mail.text(head);
    EXPECT_TRUE(text.ends_with("\r\n")) << mail.name;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\n' && text[i] != '\r') continue;
      ASSERT_EQ(text.substr(i, 2), "\r\n") << mail.name << " at " << i;
      ++i;
    }
    EXPECT_THAT(text, HasSubstr("X-Postern-Test: " + std::string(mail.name) + "\r\n"));
  }
}

TEST(TestMailTexts, ThePatternsAreWholeButStandInNoProgram) {
  EXPECT_EQ(eicar().size(), 68u);
  EXPECT_EQ(gtube().size(), 68u);
  std::ifstream self("/proc/self/exe", std::ios::binary);  // which has test_mails.cpp in it
  const std::string program{std::istreambuf_iterator<char>(self), {}};
  EXPECT_NE(program.find("-STANDARD-ANTI"), std::string::npos);
  EXPECT_EQ(program.find(eicar()), std::string::npos);
  EXPECT_EQ(program.find(eicar().substr(10, 40)), std::string::npos);
  EXPECT_EQ(program.find(gtube()), std::string::npos);
}

}  // namespace
}  // namespace postern::cli
