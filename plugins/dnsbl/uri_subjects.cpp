// SPDX-License-Identifier: MIT
#include "uri_subjects.h"

#include <algorithm>

#include "urls.h"

namespace postern::dnsbl {

bool UriSubjects::add_text(std::string_view text, bool is_page) {
  const AuthoritySink sink = [this](std::string_view authority) { return add(authority); };
  return is_page ? urls_of_page(text, sink) : urls_of_text(text, sink);
}

bool UriSubjects::add(std::string_view authority) {
  const auto host = read_host(authority);
  if (!host) return true;
  UriSubject subject;
  if (const auto* address = std::get_if<Address>(&*host)) {
    if (!is_public(*address)) return true;
    subject = {address->reversed(), address->text(), true};
  } else {
    const auto domain = domains_.of(std::get<std::string>(*host));
    if (!domain || std::find(skipped_.begin(), skipped_.end(), *domain) != skipped_.end()) return true;
    subject = {*domain, *domain, false};
  }
  if (seen_.insert(subject.subject).second) all_.push_back(std::move(subject));
  return all_.size() < most_found;
}

std::vector<UriSubject> UriSubjects::chosen(size_t most) const {
  if (all_.size() <= most) return all_;
  std::vector<UriSubject> some;
  for (size_t i = 0; i < most; ++i)
    some.push_back(all_[most == 1 ? all_.size() - 1 : i * (all_.size() - 1) / (most - 1)]);
  return some;
}

}  // namespace postern::dnsbl
