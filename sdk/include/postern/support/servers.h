// SPDX-License-Identifier: MIT
// Several servers that can do the same, in order of preference: one is asked, and the next only where it cannot be reached or does not
// answer properly.
#pragma once
#include <optional>
#include <vector>

#include <postern/plugin.hpp>
#include <postern/support/deadline.h>
#include <postern/support/stream.h>

namespace postern::support {

// The option's values; what is not an endpoint is rejected.
inline std::vector<Endpoint> endpoints_of(const Config& config, const char* option) {
  const std::vector<std::string> values = config.list(option);
  std::vector<Endpoint> endpoints;
  for (uint32_t n = 0; n < values.size(); ++n) {
    if (const auto endpoint = Endpoint::parse(values[n])) endpoints.push_back(*endpoint);
    else config.reject(option, "neither unix:/path nor host:port", n);
  }
  return endpoints;
}

// Returns what ask(server) returns, of the first that does not throw a StreamError. Errors: postern::Error, why the last one could not
// (POSTERN_E_TIMEOUT, _UNAVAILABLE, _IO); any other exception of ask() ends it at once.
template <class Servers, class Ask>
auto ask_in_order(Servers& servers, const Deadline& deadline, Ask&& ask) {
  std::optional<Error> failure;
  for (auto& server : servers) {
    if (deadline.passed()) break;
    try {
      return ask(server);
    } catch (const StreamTimeout& e) {
      failure.emplace(POSTERN_E_TIMEOUT, e.what());
    } catch (const StreamUnavailable& e) {
      failure.emplace(POSTERN_E_UNAVAILABLE, e.what());
    } catch (const StreamError& e) {
      failure.emplace(POSTERN_E_IO, e.what());
    }
  }
  throw failure ? *failure : Error(POSTERN_E_TIMEOUT, "no time left to ask a server");
}

}  // namespace postern::support
