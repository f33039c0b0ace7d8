// SPDX-License-Identifier: MIT
// A VBA project's streams ([MS-OVBA]): the compression, and which stream holds which module. Pure; bytes in, source
// out.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ole::vba {

// 2.4.1: piece by piece, at most 4096 bytes each. False: damaged, or no compressed container; what came before it
// counts.
using Sink = std::function<void(std::string_view)>;
bool decompress(std::string_view container, const Sink& sink);
std::string decompress(std::string_view container, size_t most);

// 2.3.4.2: what the stream "dir" says, decompressed.
struct Module {
  std::string name;          // of the module, as people see it
  std::string stream;        // UTF-8
  uint32_t offset = 0;       // of the source in that stream
  bool is_document = false;  // belongs to a document or is a class
};
std::vector<Module> modules(std::string_view dir);

// Where the source begins in a module's stream, when nobody says it: every source begins with "Attribute".
std::optional<size_t> find_source(std::string_view stream);

}  // namespace ole::vba
