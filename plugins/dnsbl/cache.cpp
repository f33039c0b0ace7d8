// SPDX-License-Identifier: MIT
#include "cache.h"

#include <algorithm>

namespace postern::dnsbl {

const Answer* Cache::find(const std::string& name, Clock::time_point now) {
  const auto at = index_.find(name);
  if (at == index_.end()) return nullptr;
  if (at->second->expires <= now) {
    by_use_.erase(at->second);
    index_.erase(at);
    return nullptr;
  }
  by_use_.splice(by_use_.begin(), by_use_, at->second);
  return &at->second->answer;
}

void Cache::keep(const std::string& name, const Answer& answer, Clock::time_point now, std::chrono::seconds at_least,
                 std::chrono::seconds at_most) {
  if (answer.kind != Answer::Kind::listed && answer.kind != Answer::Kind::not_listed) return;
  const auto lives = std::min(std::clamp(answer.ttl, std::min(at_least, at_most), at_most), longest_);
  if (lives.count() <= 0 || entries_ == 0) return;
  if (const auto at = index_.find(name); at != index_.end()) {
    by_use_.erase(at->second);
    index_.erase(at);
  }
  if (index_.size() >= entries_) {
    index_.erase(by_use_.back().name);
    by_use_.pop_back();
  }
  by_use_.push_front({name, answer, now + lives});
  index_[name] = by_use_.begin();
}

}  // namespace postern::dnsbl
