// SPDX-License-Identifier: MIT
// Sections in the packaging of [MS-ONESTORE] 2.8: a sequence of stream objects ([MS-FSSHTTPB] 2.2.1.5), each with its
// length, of which those named "object data BLOB" are files. What is damaged ends the sequence.
#pragma once
#include <string_view>
#include <vector>

#include "notebook.h"

namespace onenote_plugin {

bool is_package(std::string_view bytes);

std::vector<EmbeddedFile> packed_files(std::string_view bytes);

}  // namespace onenote_plugin
