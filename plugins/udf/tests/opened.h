// SPDX-License-Identifier: MIT
// What the decoder makes of an image, as values.
#pragma once
#include <postern/plugin.hpp>
#include <postern/testing.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "extract.h"

namespace udf_plugin {

struct OpenedChild {
  std::string name, bytes, role;
  uint32_t flags = 0;
};

struct Opened {
  postern_rc rc = POSTERN_OK;
  std::vector<OpenedChild> children = {};
  std::vector<std::string> findings = {};
  std::string reason = {};

  const OpenedChild* find(std::string_view name) const {
    const auto at =
        std::find_if(children.begin(), children.end(), [&](const OpenedChild& c) { return c.name == name; });
    return at == children.end() ? nullptr : &*at;
  }
  bool has(std::string_view finding) const { return std::count(findings.begin(), findings.end(), finding) > 0; }
};

// The decoder as plugin.cpp has it.
class Decoder {
 public:
  explicit Decoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return udf_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

inline Opened opened(postern::testing::Host& host, std::string_view bytes) {
  host.part(bytes).detected("application/octet-stream");
  const postern::testing::Result result = host.decode<Decoder>();
  Opened out;
  out.rc = result.rc;
  out.reason = result.reason;
  for (const auto& finding : result.findings) out.findings.push_back(finding.name);
  for (const postern_part handle : result.children) {
    const postern::testing::Node node = host.node(handle);
    out.children.push_back({node.name(), std::string(node.bytes()), node.role(), node.flags()});
  }
  return out;
}

inline Opened opened(std::string_view bytes) {
  postern::testing::Host host;
  return opened(host, bytes);
}

}  // namespace udf_plugin
