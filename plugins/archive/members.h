// SPDX-License-Identifier: MIT
// The members of an archive as libarchive reads them become children. Throws what the host answers; other trouble is in
// the report.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "formats.h"
#include "report.h"

namespace archive_plugin {

// Where in the part the archive begins, and what to call it.
struct Source {
  std::string_view bytes;
  Format format;
};

// What is known of a member beside what libarchive says.
struct Known {
  std::vector<std::string> names;
  std::string link;
  bool is_link = false;  // its bytes are where it points
  bool is_bare = false;  // a link, directory or device that has none
  bool is_ours = false;  // put in for the reader, and no member of the archive
};

// known: of the nth member. Returns where the archive ends in bytes; 0: nobody knows.
uint64_t open_members(Report&, const Source&, const std::function<Known(size_t)>& known = {});

}  // namespace archive_plugin
