// SPDX-License-Identifier: MIT
// Any bytes as XML of an Office document and as ActiveMime.
#include <cstdint>

#include "activemime.h"
#include "markers.h"
#include "xml.h"

namespace {

struct Ignores final : ooxml::Listener {
  void marker(ooxml::Marker, std::string_view) override {}
  void binary(const std::string&, std::string_view) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string own;
  const std::string_view text = ooxml::utf8(bytes, own);
  Ignores listener;
  ooxml::is_of_interest(text);
  ooxml::read(text, listener);
  if (ooxml::is_activemime(bytes)) ooxml::unpack_activemime(bytes, [](std::string_view) {});
  return 0;
}
