// SPDX-License-Identifier: MIT
#include "policy/virus_names.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

bool means_spam(const char* name) {
  const VirusNames names;
  const VirusName* row = names.find(name);
  return row && row->points.has_value();
}

TEST(VirusNames, TakeTheUsualFamiliesForSpam) {
  for (const char* name : {"Heuristics.Phishing.Email.SpoofedDomain", "Phishing.Bank-12", "Structured.CreditCardNumber", "Structured.SSN",
                           "Sanesecurity.Phishing.Bank.4711.UNOFFICIAL", "Sanesecurity.Foxhole.Zip_exe.UNOFFICIAL", "Email.Spammail", "MSRBL-SPAM.Foo",
                           "winnow.phish.ts.1.UNOFFICIAL", "PhishTank.Phishing.6117523.UNOFFICIAL", "ScamNailer.Phish.x", "PORCUPINE_JUNK.1", "MBL_NA.UNOFFICIAL"})
    EXPECT_TRUE(means_spam(name)) << name;
}

TEST(VirusNames, KeepMalwareOfTheSameFamiliesAndEverythingElse) {
  for (const char* name : {"Sanesecurity.Malware.1234.UNOFFICIAL", "Sanesecurity.Rogue.0hr.1.UNOFFICIAL", "Sanesecurity.Foxhole.All_exe.UNOFFICIAL",
                           "Sanesecurity.Foxhole.Zip_fs62.UNOFFICIAL", "Sanesecurity.Foxhole.PDF_js.UNOFFICIAL", "Email.Phishing.X.Sanesecurity.1", "MSRBL-Other",
                           "Win.Joke-SecuriteInfo.com", "Email.Spam", "PORCUPINE_MALWARE.1",
                           "MBL_123456.UNOFFICIAL", "Eicar-Test-Signature", "Win.Trojan.Agent-1", "SecuriteInfo.com.Trojan.X", "Not.Heuristics.Phishing", ""})
    EXPECT_FALSE(means_spam(name)) << name;
}

TEST(VirusNames, LetAnEarlierRowSayOtherwise) {
  VirusNames names;
  names.rows().insert(names.rows().begin(), {Pattern("^Heuristics\\.Phishing"), std::nullopt, "alarm", {}});
  const VirusName* row = names.find("Heuristics.Phishing.Email");
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->points);
  EXPECT_EQ(row->bank, "alarm");
}

}  // namespace
}  // namespace postern::policy
