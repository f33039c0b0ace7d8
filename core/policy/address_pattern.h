// SPDX-License-Identifier: MIT
// Addresses as an administrator names them: "user@example.org", "user@" (in any domain), "example.org" or "@example.org" (this
// domain), ".example.org" (the domain and all below it). Letters in any case.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

class AddressPattern {
 public:
  static std::optional<AddressPattern> parse(std::string_view text);
  bool matches(std::string_view address) const;  // as between < and >
  bool operator==(const AddressPattern&) const = default;

 private:
  std::string local_;   // empty: any
  std::string domain_;  // empty: any
  bool with_subdomains_ = false;
};

}  // namespace postern::policy
