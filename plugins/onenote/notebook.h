// SPDX-License-Identifier: MIT
// Bytes of a OneNote section in, the files in it out. The sections that OneNote for the desktop writes ([MS-ONESTORE]
// 2.1) mark each file with a GUID, which is searched for in the whole file, so that neither damaged lists nor older
// revisions hide one. Those that come from SharePoint and OneDrive (2.8) are read by package.h.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace onenote_plugin {

struct EmbeddedFile {
  uint64_t offset = 0, length = 0;  // a range of the section
  bool is_cut = false;              // it claims to be longer than the section
};

bool is_notebook(std::string_view bytes);

std::vector<EmbeddedFile> embedded_files(std::string_view bytes);

// Pictures of the page are kept in the same way as attached files.
bool is_picture(std::string_view bytes);

}  // namespace onenote_plugin
