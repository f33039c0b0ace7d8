// SPDX-License-Identifier: MIT
// RTF as mail stores it in MAPI properties ([MS-OXRTFCP]), decompressed piece by piece. Pure. What comes out is at most
// nine times what goes in.
#pragma once
#include <functional>
#include <string_view>

namespace rtf {

bool is_compressed(std::string_view bytes);

enum class Unpacking { whole, checksum_wrong, cut };
using Sink = std::function<void(std::string_view)>;
Unpacking decompress(std::string_view bytes, const Sink& sink);  // is_compressed(bytes)

}  // namespace rtf
