// SPDX-License-Identifier: MIT
// The list of MAPI properties inside a TNEF attribute ([MS-OXTNEF] 2.1.3.4), one value at a time; a property with many
// values is told once for each. Values are views of the input. A list that ends early simply ends: is_whole() tells.
#pragma once
#include <postern/support/binary.h>

#include <cstdint>
#include <string_view>

namespace tnef {

struct Property {
  uint16_t id = 0, type = 0;  // type without the flag of many values
  std::string_view value;     // an object's with the 16 bytes of its interface id in front
};

class Properties {
 public:
  explicit Properties(std::string_view bytes) : in_(bytes), left_(in_.u32()) {}

  bool next(Property& out);
  bool is_whole() const { return left_ == 0 && values_left_ == 0 && !is_unknown_ && !in_.failed(); }

 private:
  bool begin();
  bool is_variable() const;
  size_t fixed_size() const;

  postern::support::BinaryReader in_;
  uint32_t left_;             // properties that are still to come, as claimed
  uint32_t values_left_ = 0;  // of the current one
  uint16_t type_ = 0, id_ = 0;
  bool is_unknown_ = false;
};

namespace property_type {
inline constexpr uint16_t string8 = 0x001E, unicode = 0x001F, binary = 0x0102, object = 0x000D;
}

}  // namespace tnef
