// SPDX-License-Identifier: MIT
#include "phrases.h"

#include <chrono>

namespace example {

Phrases::Phrases(const postern::Config& config)
    : phrases_(config.list("phrase")), limit_(static_cast<size_t>(config.number("limit"))) {}

void Phrases::validate(const postern::Config& config) {
  uint32_t nth = 0;
  for (const std::string& phrase : config.list("phrase")) {
    if (phrase.empty()) config.reject("phrase", "an empty phrase is in every mail", nth);
    ++nth;
  }
}

void Phrases::scan(postern::Job& job, const postern::Part& part) {
  const std::string_view text = part.text().substr(0, limit_);
  for (size_t n = 0; n < phrases_.size(); ++n) {
    if (job.time_left() <= std::chrono::milliseconds(0)) throw postern::Error(POSTERN_E_TIMEOUT, "no time left to look");
    if (text.find(phrases_[n]) == std::string_view::npos) continue;
    // A finding's name is one token, by which policy and people know it; the phrase itself is the text beside it.
    job.finding(POSTERN_CAT_MALWARE, "Phrase." + std::to_string(n + 1), part.handle(), phrases_[n]);
  }
  if (text.size() < part.size()) job.partial();  // what was not examined must not look clean
}

}  // namespace example
