// SPDX-License-Identifier: MIT
// The scanner: the client's address and the domains that a mail links to, held against DNS lists; what each finds is
// points. Findings come from lists only that gave a proper answer. A list without one is told by a note; only where a
// required one, or all of them, gave none, the mail has not been examined and the job fails (POSTERN_E_UNAVAILABLE, or
// POSTERN_E_IO where a list gave nonsense).
#pragma once
#include <string>
#include <vector>

#include <postern/plugin.hpp>

#include "host_name.h"
#include "panel.h"
#include "settings.h"

namespace postern::dnsbl {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("lists", POSTERN_T_STRING, nullptr,
             "lists that are asked about the client's address: \"ZONE CODE=POINTS ...\"", POSTERN_OPT_LIST),
      option("uri-lists", POSTERN_T_STRING, nullptr,
             "lists that are asked about the domains in the mail's links, written likewise", POSTERN_OPT_LIST),
      option("trusted-networks", POSTERN_T_STRING, nullptr,
             "your own relays, whose Received fields are believed; loopback always is", POSTERN_OPT_LIST),
      option_enum(
          "client-address", "envelope", "envelope|received",
          "where the client's address is: what XFORWARD says unless it is a relay of yours, or always in Received"),
      option("servers", POSTERN_T_ENDPOINT, nullptr, "resolvers by address and port; none: those of /etc/resolv.conf",
             POSTERN_OPT_LIST),
      option("dns-timeout", POSTERN_T_DURATION, "5s", "how long all answers about a mail are waited for", 100, 60000),
      option("cache-time", POSTERN_T_DURATION, "1h", "how long an answer is remembered at most; the list may say less",
             0, 86400000),
      option("cache-entries", POSTERN_T_INT, "20000", "how many answers each worker remembers", 0, 10000000),
      option("uri-domains", POSTERN_T_INT, "40", "so many domains of a mail are asked about", 1, 1000),
      option("uri-text-limit", POSTERN_T_SIZE, "512KiB", "so much of each text is looked through for links", 1024,
             int64_t{1} << 30),
      option("uri-skip", POSTERN_T_STRING, "w3.org, microsoft.com, openxmlformats.org",
             "domains nobody asks about: they stand in every page", POSTERN_OPT_LIST)};
  static constexpr const char* needs[] = {"net:udp", "net:tcp", nullptr};
  static constexpr bool whole = true;
  static constexpr bool waits = true;
  static constexpr bool scores = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config) { read_settings(config); }
  void scan(Job& job, const Part& mail);
  Health health();

 private:
  std::vector<Question> about_client(Job& job, const Part& mail) const;
  std::vector<Question> about_links(Job& job, const Part& mail) const;
  void report(Job& job, const Verdict& verdict) const;

  Settings settings_;
  RegisteredDomains domains_;
  Panel panel_;
};

}  // namespace postern::dnsbl
