// SPDX-License-Identifier: MIT
// What the decoder makes of some bytes, as values.
#pragma once
#include <postern/plugin.hpp>
#include <postern/testing.hpp>

#include <string_view>

#include "extract.h"
#include "support/opened.h"

namespace udf_plugin {

using postern::testing::Opened;
using postern::testing::OpenedChild;

// The decoder as plugin.cpp has it.
class Decoder {
 public:
  explicit Decoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return udf_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

inline Opened opened(postern::testing::Host& host, std::string_view bytes, std::string_view type = "application/octet-stream") {
  return postern::testing::opened_by<Decoder>(host, bytes, type);
}
inline Opened opened(std::string_view bytes, std::string_view type = "application/octet-stream") {
  postern::testing::Host host;
  return opened(host, bytes, type);
}

}  // namespace udf_plugin
