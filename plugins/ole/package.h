// SPDX-License-Identifier: MIT
// OLE 1.0: the object that stands in an RTF file, and the file that a user dropped into a document ("Package"). Pure;
// views of the input. nullopt: it is not that.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ole {

// [MS-OLEDS] 2.2.4 and 2.2.5
struct OldObject {
  std::string_view class_name, topic, item;
  std::string_view data;  // the native data; empty for a link
  bool is_link = false;
};
std::optional<OldObject> read_old_object(std::string_view bytes);

// The data of an object of the class Package. In a stream "\1Ole10Native" four bytes of size stand before it.
struct Package {
  std::vector<std::string> names;  // label, path it came from, path it is unpacked to; as bytes and as UTF-8
  std::string_view content;
  bool is_link = false;  // only the path of a file
};
std::optional<Package> read_package(std::string_view data);

}  // namespace ole
