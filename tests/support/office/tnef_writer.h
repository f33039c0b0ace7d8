// SPDX-License-Identifier: MIT
// Writes TNEF streams for tests, honest ones and others: an attribute may claim any length and any checksum.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/documents.h"

namespace postern::testing {

std::string little(uint64_t value, size_t width);

// The value of a MAPI property list.
class MapiProperties {
 public:
  MapiProperties& string8(uint16_t id, std::string_view text);  // with its NUL
  MapiProperties& unicode(uint16_t id, std::string_view text);
  MapiProperties& binary(uint16_t id, std::string_view bytes);
  MapiProperties& message(uint16_t id, std::string_view stream);  // an object, IMessage
  MapiProperties& storage(uint16_t id, std::string_view file);    // an object, IStorage
  MapiProperties& number(uint16_t id, uint32_t value);
  MapiProperties& named(std::string_view name, uint32_t value);  // a long with a named id
  std::string bytes() const;

 private:
  MapiProperties& variable(uint16_t type, uint16_t id, std::string_view bytes);

  uint32_t count_ = 0;
  std::string list_;
};

struct Lies {
  std::optional<uint32_t> length = {};
  std::optional<uint16_t> checksum = {};
};

class TnefWriter {
 public:
  TnefWriter();
  TnefWriter& attribute(uint8_t level, uint32_t id, std::string_view data, const Lies& lies = {});

  // Attributes by name.
  TnefWriter& message_class(std::string_view name);
  TnefWriter& text(std::string_view body);
  TnefWriter& message(const MapiProperties& properties);
  TnefWriter& rendering();
  TnefWriter& title(std::string_view name);
  TnefWriter& transport_name(std::string_view name);
  TnefWriter& data(std::string_view bytes, const Lies& lies = {});
  TnefWriter& properties(const MapiProperties& properties);

  TnefWriter& raw(std::string_view bytes);
  std::string bytes() const { return stream_; }

 private:
  std::string stream_;
};

}  // namespace postern::testing
