// SPDX-License-Identifier: MIT
// The host of a URL, as a mail reader or browser would understand it: escapes undone, user and port away, an
// international name as its ASCII form (UTS 46, by libidn2), a number in any notation as an IPv4 address (WHATWG
// URL, 3.5). Then what a list of domains is asked about: the registered domain (Public Suffix List, by libpsl). Hostile
// bytes in; nullopt for what is no host on the Internet.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "address.h"

namespace postern::dnsbl {

using HostName = std::variant<Address, std::string>;

// authority: what stands between the slashes of a URL.
std::optional<HostName> read_host(std::string_view authority);

class RegisteredDomains {
 public:
  RegisteredDomains();  // the newest list that is installed, or the one libpsl was built with; std::runtime_error:
                        // neither
  ~RegisteredDomains();
  RegisteredDomains(const RegisteredDomains&) = delete;
  RegisteredDomains& operator=(const RegisteredDomains&) = delete;

  // "www.example.co.uk" → "example.co.uk"; nullopt: nobody registers that: a suffix itself, a name of one label, of
  // local use.
  std::optional<std::string> of(const std::string& host) const;

 private:
  struct Suffixes;
  std::unique_ptr<Suffixes> suffixes_;
};

}  // namespace postern::dnsbl
