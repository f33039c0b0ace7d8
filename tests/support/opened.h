// SPDX-License-Identifier: MIT
// What a decoder makes of some bytes, as values. A decoder is a class like the one that plugin.cpp hands to the SDK.
#pragma once
#include <postern/testing.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

struct OpenedChild {
  std::string name, bytes, role, encoding;
  uint32_t flags = 0;
  std::vector<std::string> names = {};
};

struct Opened {
  postern_rc rc = POSTERN_OK;
  std::vector<OpenedChild> children = {};
  std::vector<std::string> findings = {};
  std::string reason = {};

  const OpenedChild* find(std::string_view name) const {
    const auto at = std::find_if(children.begin(), children.end(), [&](const OpenedChild& c) { return c.name == name; });
    return at == children.end() ? nullptr : &*at;
  }
  bool has(std::string_view finding) const { return std::count(findings.begin(), findings.end(), finding) > 0; }
};

template <class Decoder>
Opened opened_by(Host& host, std::string_view bytes, std::string_view type) {
  host.part(bytes).detected(type);
  const Result result = host.decode<Decoder>();
  Opened out;
  out.rc = result.rc;
  out.reason = result.reason;
  for (const auto& finding : result.findings) out.findings.push_back(finding.name);
  for (const postern_part handle : result.children) {
    const Node node = host.node(handle);
    out.children.push_back({node.name(), std::string(node.bytes()), node.role(), node.encoding(), node.flags(), node.names()});
  }
  return out;
}

}  // namespace postern::testing
