// SPDX-License-Identifier: MIT
#include "policy/virus_names.h"

#include <algorithm>

namespace postern::policy {
namespace {

constexpr int32_t just_visible = 100;  // in the log and in X-Spam-Status; administrators raise it
constexpr int32_t nothing = 0;         // not malware, and worth no points: tests and marks of the signatures' makers
constexpr int32_t malware = -1;        // stays what the engine says

struct Row {
  const char* pattern;
  int32_t points;
};

// What amavisd-new 2.13 takes for spam (its @virus_name_to_spam_score_maps), family by family: what stays malware comes before the rest of
// its family. Where in doubt a name is not here, and so malware.
constexpr Row built_in[] = {
    {R"(^Structured\.(SSN|CreditCardNumber)\b)", just_visible},
    {R"(^(Heuristics\.)?Phishing\.)", just_visible},
    {R"(^(Email|HTML)\.Phishing\..*Sanesecurity)", malware},
    {R"(^(Email|HTML)\.Phishing\.)", just_visible},
    {R"(^HTML/Bankish)", just_visible},
    {R"(^Sanesecurity\.(Malware|Rogue|Trojan)\.)", malware},
    {R"(^Sanesecurity\.Foxhole\.(Zip_exe|Zip_bat|Mail_gz|Mail_ace))", just_visible},
    {R"(^Sanesecurity\.Foxhole\.Mail_tar)", nothing},
    {R"(^Sanesecurity\.Foxhole\.)", malware},
    {R"(^Sanesecurity\.)", just_visible},
    {R"(^Sanesecurity(_PhishBar|.TestSig)_)", nothing},
    {R"(^Email\.Spam\.Bounce(\.[^., ]*)*\.Sanesecurity\.)", nothing},
    {R"(^Email\.Spammail\b)", just_visible},
    {R"(^Email\.Spam.*-SecuriteInfo\.com(\.|$))", just_visible},
    {R"(^VX\.Honeypot-SecuriteInfo\.com\.Joke)", just_visible},
    {R"(^VX\.not-virus_(Hoax|Joke)\..*-SecuriteInfo\.com(\.|$))", just_visible},
    {R"(^MSRBL-(Images|SPAM)\b)", just_visible},
    {R"(^Safebrowsing\.)", just_visible},
    {R"(^winnow\.(phish|spam)\.)", just_visible},
    {R"(^INetMsg\.SpamDomain)", just_visible},
    {R"(^Doppelstern\.(Spam|Scam|Phishing|Junk|Lott|Loan))", just_visible},
    {R"(^Bofhland\.Phishing)", just_visible},
    {R"(^ScamNailer\.)", just_visible},
    {R"(^PORCUPINE_(JUNK|PHISHING)|^Porcupine\.Junk)", just_visible},
    {R"(^PhishTank\.Phishing\.)", just_visible},
    {R"(^MBL_NA\.UNOFFICIAL)", just_visible},
};

}  // namespace

VirusNames::VirusNames() {
  for (const Row& row : built_in)
    rows_.push_back({Pattern(row.pattern), row.points == malware ? std::nullopt : std::optional(row.points), {}, {}});
}

const VirusName* VirusNames::find(std::string_view name) const {
  const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const VirusName& row) { return row.match.is_found_in(name); });
  return at == rows_.end() ? nullptr : &*at;
}

}  // namespace postern::policy
