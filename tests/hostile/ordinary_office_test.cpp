// SPDX-License-Identifier: MIT
// Documents as people send them every day: no mark but notes, and everything opened.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "cli/examination.h"
#include "config/configuration.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using ::testing::IsEmpty;

struct Opened {
  std::vector<std::string> marks, types;
};

Opened opened(const std::string& type, const std::string& name, const std::string& bytes) {
  static cli::Examiner examiner(config::load("").configuration, true);
  mail::ReceivedMail mail;
  mail.content = base::Content::of(mail_with("Minutes", {{type, name, bytes}}));
  mail.mail_id = mail.log_id = "ordinary";
  mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  const filter::Examination e = examiner.examine(mail);
  Opened result;
  for (const mail::Part& part : e.contents.parts()) {
    result.types.push_back(part.detected_type);
    for (const mail::Defect& d : part.defects)
      if (d.kind != mail::DefectKind::note) result.marks.push_back(part.path + " " + d.code + ": " + d.text);
  }
  return result;
}

std::string file(const std::string& name) {
  std::ifstream in(std::string(POSTERN_SOURCE_DIR) + "/tests/data/office/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(OrdinaryOffice, DocumentsHaveNoMarks) {
  const std::pair<const char*, const char*> documents[] = {
      {"letter.doc", "application/msword"},
      {"table.xls", "application/vnd.ms-excel"},
      {"letter.rtf", "text/rtf"},
      {"letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"table.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {"slides.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
      {"letter.odt", "application/vnd.oasis.opendocument.text"}};
  for (const auto& [name, type] : documents) {
    const Opened result = opened(type, name, file(name));
    EXPECT_THAT(result.marks, IsEmpty()) << name;
    EXPECT_THAT(result.types, ::testing::Contains(type)) << name;
  }
}

TEST(OrdinaryOffice, MessagesHaveNoMarks) {
  CfbWriter message;
  add_message(message, "", "the text").stream("__substg1.0_10090102", compressed_rtf(file("letter.rtf")));
  add_attachment(message, "", 0, {"letter.doc", "LETTER.DOC", "application/msword", file("letter.doc")});
  const Opened outlook = opened("application/vnd.ms-outlook", "mail.msg", message.bytes());
  EXPECT_THAT(outlook.marks, IsEmpty());
  EXPECT_THAT(outlook.types, ::testing::IsSupersetOf({"application/vnd.ms-outlook", "text/rtf", "application/msword"}));

  const std::string tnef = TnefWriter()
                               .message_class("IPM.Microsoft Mail.Note")
                               .message(MapiProperties().binary(0x1009, compressed_rtf(file("letter.rtf"))))
                               .rendering()
                               .title("table.xlsx")
                               .data(file("table.xlsx"))
                               .bytes();
  const Opened winmail = opened("application/ms-tnef", "winmail.dat", tnef);
  EXPECT_THAT(winmail.marks, IsEmpty());
  EXPECT_THAT(winmail.types, ::testing::IsSupersetOf({"application/vnd.ms-tnef", "text/rtf", "text/xml"}));
}

}  // namespace
}  // namespace postern::testing
