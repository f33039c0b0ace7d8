// SPDX-License-Identifier: MIT
// The options of one instance as values, each checked, and each problem blamed with its place. Without side effects:
// read for "check-config" too. [control]
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include <postern/plugin.hpp>

#include "client.h"
#include "list.h"

namespace postern::dnsbl {

struct Settings {
  std::vector<List> lists;    // asked about the client's address, then those asked about domains
  size_t first_uri_list = 0;  // index of the first of the latter
  ClientRule client;
  std::vector<std::string> servers;
  std::chrono::milliseconds timeout{0};
  std::chrono::seconds cache_time{0};
  size_t cache_entries = 0, uri_domains = 0, uri_text_limit = 0;
  std::vector<std::string> uri_skip;

  bool asks_about_domains() const { return first_uri_list < lists.size(); }
};

Settings read_settings(const Config& config);

}  // namespace postern::dnsbl
