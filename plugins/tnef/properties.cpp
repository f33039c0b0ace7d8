// SPDX-License-Identifier: MIT
#include "properties.h"

namespace tnef {
namespace {

constexpr uint16_t many_values = 0x1000;
constexpr uint16_t first_named = 0x8000;

size_t padding(size_t size) {
  return (4 - size % 4) % 4;
}

}  // namespace

bool Properties::next(Property& out) {
  while (values_left_ == 0)
    if (!begin()) return false;
  --values_left_;
  const size_t size = is_variable() ? in_.u32() : fixed_size();
  out = {id_, type_, in_.take(size)};
  in_.skip(std::min(padding(out.value.size()), in_.left()));  // the last one's is often missing
  if (in_.failed()) values_left_ = 0;
  return !in_.failed() || !out.value.empty();
}

// The head of a property: type, id, the name of a named one, the count of values.
bool Properties::begin() {
  if (left_ == 0 || in_.failed()) return false;
  --left_;
  const uint16_t type = in_.u16();
  id_ = in_.u16();
  if (id_ >= first_named) {
    constexpr size_t guid = 16;
    in_.skip(guid);
    if (in_.u32() == 0) {
      in_.skip(4);
    } else {
      const size_t length = in_.u32();
      in_.skip(length);
      in_.skip(padding(length));
    }
  }
  type_ = static_cast<uint16_t>(type & ~many_values);
  const bool is_counted = is_variable() || (type & many_values);
  const uint32_t count = is_counted ? in_.u32() : 1;
  if (is_variable() || fixed_size() > 0)
    values_left_ = count;
  else if (type_ > 1)
    is_unknown_ = true;  // nobody knows the size of its values: what follows is out of reach
  return !in_.failed() && !is_unknown_;
}

bool Properties::is_variable() const {
  using namespace property_type;
  return type_ == string8 || type_ == unicode || type_ == binary || type_ == object;
}

size_t Properties::fixed_size() const {
  switch (type_) {
    case 0x0002:  // short; padded to four
    case 0x000B:  // boolean; the same
      return 2;
    case 0x0003:  // long
    case 0x0004:  // float
    case 0x000A:  // error
      return 4;
    case 0x0005:  // double
    case 0x0006:  // currency
    case 0x0007:  // time of an application
    case 0x0014:  // 64 bits
    case 0x0040:  // time
      return 8;
    case 0x0048:  // GUID
      return 16;
    default:  // 0 unspecified, 1 null: no bytes
      return 0;
  }
}

}  // namespace tnef
