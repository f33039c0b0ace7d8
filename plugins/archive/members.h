// SPDX-License-Identifier: MIT
// The members of an archive as libarchive reads them become children. Throws what the host answers; other trouble is in
// the report.
#pragma once
#include <functional>
#include <string_view>

#include "formats.h"
#include "report.h"

namespace archive_plugin {

// Where in the part the archive begins, and what to call it.
struct Source {
  std::string_view bytes;
  Format format;
};

// further_names: more names of the nth member. Returns where the archive ends in bytes; 0: nobody knows.
uint64_t open_members(Report&, const Source&,
                      const std::function<std::vector<std::string>(size_t)>& further_names = {});

}  // namespace archive_plugin
