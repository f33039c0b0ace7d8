// SPDX-License-Identifier: MIT
// A member of a RAR archive that is a link, directory or device and has bytes all the same, made a plain file, so that
// libarchive reads them: its header and packed bytes in, both out, with a header that says file. Pure.
#pragma once
#include <string>
#include <string_view>

namespace archive_plugin {

std::string as_plain_file_of_rar4(std::string_view member);
std::string as_plain_file_of_rar5(std::string_view member);

std::string empty_file_of_rar4(char name);

}  // namespace archive_plugin
