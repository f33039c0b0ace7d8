// SPDX-License-Identifier: MIT
// Names of pieces that an archive was divided into. Only where the bytes have no sign of it: a name alone says little.
#pragma once
#include <string_view>

namespace archive_plugin {

bool is_first_volume(std::string_view part_name);  // x.zip.001: begins as an archive, and ends anywhere
bool is_later_volume(std::string_view part_name);  // x.7z.002, x.z01, x.r00: begins anywhere

}  // namespace archive_plugin
