// SPDX-License-Identifier: MIT
// Disk images by their structure: boot sectors, partition tables, and formats whose mark stands at the end. In: the
// whole file. Out: its type, or nothing.
#pragma once
#include <string_view>

namespace postern::decode {

std::string_view disk_image_type(std::string_view bytes);

}  // namespace postern::decode
