// SPDX-License-Identifier: MIT
#include "policy/virus_names.h"

#include <algorithm>

namespace postern::policy {
namespace {

constexpr int32_t just_visible = 100;  // in the log and in X-Spam-Status; administrators raise it

struct Row {
  const char* pattern;
  bool is_spam;
};

// The families that amavisd-new's table names, in its order of sense: what is kept as malware comes before the rest of its family.
constexpr Row built_in[] = {
    {R"(^(Heuristics\.)?Structured\.(SSN|CreditCardNumber)(\.|$))", true},
    {R"(^(Heuristics\.)?Phishing\.)", true},
    {R"(^(Email|HTML)\.Phishing\.)", true},
    {R"(^Email\.Spam(mail)?\b)", true},
    {R"(^Sanesecurity\.(Malware|Badmacro|Rogue|Trojan)\.)", false},
    {R"(^Sanesecurity\.Foxhole\.(Zip_fs(62|187|189)|Rar_fs(17|62)|Mail_gz_Doc|PDF_js)\b)", true},
    {R"(^Sanesecurity\.Foxhole\.)", false},
    {R"(^Sanesecurity\.)", true},
    {R"(^MSRBL-)", true},
    {R"((^|[.-])SecuriteInfo\.com\.(Spam|Joke|Hoax))", true},
    {R"(^(Spam|Joke|Hoax)\..*SecuriteInfo\.com)", true},
    {R"(^Safebrowsing\.)", true},
    {R"(^winnow\.(phish|spam)\.)", true},
    {R"(^INetMsg\.SpamDomain)", true},
    {R"(^Doppelstern\.(Spam|Scam|Phishing|Junk|Lott|Loan))", true},
    {R"(^Bofhland\.Phishing)", true},
    {R"(^ScamNailer\.)", true},
    {R"(^PORCUPINE_)", true},
    {R"(^PhishTank\.Phishing\.)", true},
    {R"(^MBL_NA\.UNOFFICIAL)", true},
};

}  // namespace

VirusNames::VirusNames() {
  for (const Row& row : built_in)
    rows_.push_back({Pattern(row.pattern), row.is_spam ? std::optional(just_visible) : std::nullopt, {}, {}});
}

const VirusName* VirusNames::find(std::string_view name) const {
  const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const VirusName& row) { return row.match.is_found_in(name); });
  return at == rows_.end() ? nullptr : &*at;
}

}  // namespace postern::policy
