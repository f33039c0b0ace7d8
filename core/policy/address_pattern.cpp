// SPDX-License-Identifier: MIT
#include "policy/address_pattern.h"

#include <algorithm>

namespace postern::policy {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_blank_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

}  // namespace

std::optional<AddressPattern> AddressPattern::parse(std::string_view text) {
  if (text.empty() || has_blank_or_control(text)) return std::nullopt;
  AddressPattern pattern;
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) pattern.local_ = lower(text.substr(0, at));
  std::string_view domain = at == std::string_view::npos ? text : text.substr(at + 1);
  if (domain.starts_with('.')) {
    pattern.with_subdomains_ = true;
    domain.remove_prefix(1);
    if (domain.empty()) return std::nullopt;
  }
  if (domain.ends_with('.') || domain.find("..") != std::string_view::npos) return std::nullopt;
  pattern.domain_ = lower(domain);
  if (pattern.local_.empty() && pattern.domain_.empty()) return std::nullopt;
  return pattern;
}

bool AddressPattern::matches(std::string_view address) const {
  const size_t at = address.rfind('@');
  const std::string local = lower(address.substr(0, at));
  const std::string domain = at == std::string_view::npos ? std::string() : lower(address.substr(at + 1));
  if (!local_.empty() && local != local_) return false;
  if (domain_.empty() || domain == domain_) return true;
  return with_subdomains_ && domain.size() > domain_.size() && domain.ends_with(domain_) && domain[domain.size() - domain_.size() - 1] == '.';
}

}  // namespace postern::policy
