// SPDX-License-Identifier: MIT
#include "settings.h"

#include <algorithm>
#include <variant>

#include <postern/support/ascii.h>
#include <postern/support/stream.h>

namespace postern::dnsbl {
namespace {

constexpr size_t most_lists = 64;

void read_lists(const Config& config, const char* option, Subject subject, Settings& settings) {
  const std::vector<std::string> texts = config.list(option);
  for (uint32_t n = 0; n < texts.size(); ++n) {
    auto parsed = parse_list(texts[n], subject);
    if (const auto* problem = std::get_if<std::string>(&parsed)) {
      config.reject(option, *problem, n);
      continue;
    }
    List& list = std::get<List>(parsed);
    const auto is_same = [&](const List& other) { return support::equal_ignoring_case(other.name, list.name); };
    if (std::any_of(settings.lists.begin(), settings.lists.end(), is_same))
      config.reject(option, "there is a list \"" + list.name + "\" already: give this one a name, as=...", n);
    else if (settings.lists.size() == most_lists)
      config.reject(option, "more than " + std::to_string(most_lists) + " lists", n);
    else
      settings.lists.push_back(std::move(list));
  }
}

}  // namespace

Settings read_settings(const Config& config) {
  Settings settings;
  read_lists(config, "lists", Subject::addresses, settings);
  settings.first_uri_list = settings.lists.size();
  read_lists(config, "uri-lists", Subject::domains, settings);
  if (settings.lists.empty() && !config.rejected())
    config.reject("lists", "no list is named, neither here nor in uri-lists: there is nothing to ask");

  const std::vector<std::string> networks = config.list("trusted-networks");
  for (uint32_t n = 0; n < networks.size(); ++n) {
    if (const auto network = Network::parse(networks[n]))
      settings.client.trusted.push_back(*network);
    else
      config.reject(
          "trusted-networks",
          "neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32; the bits behind the mask are zero",
          n);
  }
  settings.client.from_received = config.text("client-address") == "received";

  const std::vector<std::string> servers = config.list("servers");
  for (uint32_t n = 0; n < servers.size(); ++n) {
    const auto endpoint = support::Endpoint::parse(servers[n]);
    if (endpoint && !endpoint->is_unix() && Address::parse(endpoint->host))
      settings.servers.push_back(endpoint->text());
    else
      config.reject("servers", "a resolver is named by its address and port, such as 127.0.0.1:53 or [::1]:53", n);
  }
  settings.timeout = config.duration("dns-timeout");
  settings.cache_time = std::chrono::duration_cast<std::chrono::seconds>(config.duration("cache-time"));
  settings.cache_entries = static_cast<size_t>(config.number("cache-entries"));
  settings.uri_domains = static_cast<size_t>(config.number("uri-domains"));
  settings.uri_text_limit = static_cast<size_t>(config.number("uri-text-limit"));
  for (const std::string& domain : config.list("uri-skip")) settings.uri_skip.push_back(support::lower(domain));
  return settings;
}

}  // namespace postern::dnsbl
