// SPDX-License-Identifier: MIT
// The records of a PowerPoint 97 to 2003 presentation ([MS-PPT]): the OLE files inside it, the VBA project among them,
// and whether it is encrypted. Pure; views of the stream.
#pragma once
#include <functional>
#include <string_view>

namespace ole {

struct StoredObject {
  std::string_view bytes;
  bool is_compressed = false;  // zlib
};
// True: the presentation is encrypted, and the records behind the one that says so are noise.
bool read_presentation(std::string_view stream, const std::function<void(const StoredObject&)>& found);

// The stream "Current User" says it too.
bool is_encrypted_user(std::string_view stream);

// What is there before damage is handed on. False: damaged.
bool inflate(std::string_view bytes, const std::function<void(std::string_view)>& sink);

}  // namespace ole
