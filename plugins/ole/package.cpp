// SPDX-License-Identifier: MIT
#include "package.h"

#include <postern/support/binary.h>

#include <algorithm>

namespace ole {
namespace {

using postern::support::BinaryReader;

// A length that counts its NUL.
std::string_view counted_string(BinaryReader& in) {
  std::string_view text = in.take(in.u32());
  while (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

void add(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

// Behind the content newer writers repeat the names in UTF-16: path to unpack to, label, path it came from.
void add_wide_names(BinaryReader in, std::vector<std::string>& names) {
  for (int n = 0; n < 3; ++n) {
    const uint64_t characters = in.u32();
    if (in.failed() || characters > in.left() / 2) return;
    add(names, postern::support::utf8_of_utf16(in.take(static_cast<size_t>(characters) * 2)));
  }
}

}  // namespace

std::optional<OldObject> read_old_object(std::string_view bytes) {
  constexpr uint32_t link = 1, embedded = 2;
  BinaryReader in(bytes);
  in.skip(4);  // version: nobody looks at it
  const uint32_t format = in.u32();
  if (format != link && format != embedded) return std::nullopt;
  OldObject object;
  object.is_link = format == link;
  object.class_name = counted_string(in);
  object.topic = counted_string(in);
  object.item = counted_string(in);
  if (in.failed()) return std::nullopt;
  if (object.is_link) return object;
  const uint32_t size = in.u32();
  object.data = in.take(size);  // a size that is too large means the rest
  return object;
}

std::optional<Package> read_package(std::string_view data) {
  constexpr uint16_t stream_header = 2, embedded = 3, linked = 1;
  Package package;
  BinaryReader in(data);
  if (in.u16() != stream_header) return std::nullopt;
  add(package.names, std::string(in.c_string()));
  add(package.names, std::string(in.c_string()));
  in.skip(2);  // icon
  const uint16_t kind = in.u16();
  if (in.failed() || (kind != embedded && kind != linked)) return std::nullopt;
  package.is_link = kind == linked;
  if (package.is_link) return package;
  std::string_view target = in.take(in.u32());
  while (target.ends_with('\0')) target.remove_suffix(1);
  add(package.names, std::string(target));
  const uint32_t size = in.u32();
  if (in.failed()) return std::nullopt;
  package.content = in.take(size);
  add_wide_names(in, package.names);
  return package;
}

}  // namespace ole
