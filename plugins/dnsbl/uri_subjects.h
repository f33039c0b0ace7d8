// SPDX-License-Identifier: MIT
// What lists of domains are asked about a mail: the registered domains and addresses that its texts link to, each once,
// no more than a limit. Where there are more, they are taken evenly from first to last: who puts a hundred good ones
// before a bad one shall not hide it.
#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host_name.h"

namespace postern::dnsbl {

struct UriSubject {
  std::string subject, text;  // "4.3.2.1" and "1.2.3.4"; of a domain twice the same
  bool is_address = false;
};

class UriSubjects {
 public:
  UriSubjects(const RegisteredDomains& domains, const std::vector<std::string>& skipped)
      : domains_(domains), skipped_(skipped) {}

  // false: so many were found that no more are taken.
  bool add_text(std::string_view text, bool is_page);
  // At most so many.
  std::vector<UriSubject> chosen(size_t most) const;
  size_t found() const { return all_.size(); }

  static constexpr size_t most_found = 10000;

 private:
  bool add(std::string_view authority);

  const RegisteredDomains& domains_;
  const std::vector<std::string>& skipped_;
  std::vector<UriSubject> all_;
  std::set<std::string> seen_;  // what would be asked
};

}  // namespace postern::dnsbl
