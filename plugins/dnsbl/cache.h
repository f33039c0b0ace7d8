// SPDX-License-Identifier: MIT
// What lists have answered, for as long as they allow and the administrator does, bounded: the one that was used
// longest ago makes room. Only "listed" and "not listed" are kept; a failure is never remembered as an answer. One for
// each worker, no locks; the caller tells the time.
#pragma once
#include <chrono>
#include <list>
#include <string>
#include <unordered_map>

#include "answer.h"

namespace postern::dnsbl {

using Clock = std::chrono::steady_clock;

class Cache {
 public:
  Cache(size_t entries, std::chrono::seconds longest) : entries_(entries), longest_(longest) {}

  // nullptr: not known. Valid until the next keep().
  const Answer* find(const std::string& name, Clock::time_point now);
  // at_most, at_least: bounds of what the list says itself.
  void keep(const std::string& name, const Answer& answer, Clock::time_point now, std::chrono::seconds at_least = {},
            std::chrono::seconds at_most = std::chrono::hours(24));
  size_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string name;
    Answer answer;
    Clock::time_point expires;
  };
  size_t entries_;
  std::chrono::seconds longest_;
  std::list<Entry> by_use_;  // the latest first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};

}  // namespace postern::dnsbl
