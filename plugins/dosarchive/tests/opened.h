// SPDX-License-Identifier: MIT
// What the decoder makes of some bytes, as values.
#pragma once
#include <postern/plugin.hpp>
#include <postern/testing.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "extract.h"

namespace dosarchive_plugin {

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
    for (const OpenedChild& c : children)
      if (c.name == name) return &c;
    return nullptr;
  }
};

// The decoder as plugin.cpp has it.
class Decoder {
 public:
  explicit Decoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return dosarchive_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

inline Opened opened(postern::testing::Host& host, std::string_view bytes, std::string_view type = "application/octet-stream") {
  host.part(bytes).detected(type);
  const postern::testing::Result result = host.decode<Decoder>();
  Opened out;
  out.rc = result.rc;
  out.reason = result.reason;
  for (const auto& finding : result.findings) out.findings.push_back(finding.name);
  for (const postern_part handle : result.children) {
    const postern::testing::Node node = host.node(handle);
    out.children.push_back({node.name(), std::string(node.bytes()), node.role(), node.encoding(), node.flags(), node.names()});
  }
  return out;
}

inline Opened opened(std::string_view bytes, std::string_view type = "application/octet-stream") {
  postern::testing::Host host;
  return opened(host, bytes, type);
}

}  // namespace dosarchive_plugin
