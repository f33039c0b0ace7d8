// SPDX-License-Identifier: MIT
// What archives begin with that are also looked for behind something else.
#pragma once
#include <string_view>

namespace archive_plugin {

using namespace std::string_view_literals;

constexpr std::string_view seven_zip_mark = "7z\xbc\xaf\x27\x1c", rar_mark = "Rar!\x1a\x07",
                           rar4_mark = "Rar!\x1a\x07\0"sv, rar5_mark = "Rar!\x1a\x07\x01\0"sv,
                           cab_mark = "MSCF\0\0\0\0"sv, zip_end_mark = "PK\5\6",
                           zisofs_mark = "\x37\xe4\x53\x96\xc9\xdb\xd6\x07";

}  // namespace archive_plugin
