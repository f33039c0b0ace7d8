// SPDX-License-Identifier: MIT
// One of several cabinets, made one that stands alone, since libarchive reads no other: bytes in, the same cabinet
// without the names of its neighbours out. A file that goes on in another one then ends too early. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace archive_plugin {

bool is_one_of_several(std::string_view cabinet);

// Nothing where the header is not as it should be.
std::optional<std::string> as_if_alone(std::string_view cabinet);

}  // namespace archive_plugin
