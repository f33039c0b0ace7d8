// SPDX-License-Identifier: MIT
// Images of disks that nothing here opens: files of virtual machines, Apple's, and plain sectors with a file system or
// partitions. Bytes and detected type in, the kind of image out, or nothing. A few reads.
#pragma once
#include <string_view>

namespace archive_plugin {

std::string_view disk_image(std::string_view bytes, std::string_view type);

}  // namespace archive_plugin
