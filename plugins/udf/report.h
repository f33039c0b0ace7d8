// SPDX-License-Identifier: MIT
// What the host is told while an image is opened.
#pragma once
#include <postern/support/unpacking.h>

#include <cstdint>
#include <string>

namespace udf_plugin {

class Report : public postern::support::Unpacking {
 public:
  using Unpacking::Unpacking;

  postern::Child open(const std::string& name, uint64_t offset, uint64_t size);
  void without_bytes(const std::string& name, uint32_t flags);  // a directory, a device; or a file that cannot be read
  void trailer(uint64_t end);                                   // bytes behind the end: nothing if they only pad
};

}  // namespace udf_plugin
