// SPDX-License-Identifier: MIT
// How children of an OLE file are told to the host, used by all that find some. Throws what the host answered.
#pragma once
#include <postern/plugin.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compound.h"
#include "package.h"

namespace ole {

class Handover {
 public:
  Handover(postern::Job& of, const postern::Part& opened)
      : job(of), part(opened.handle()), file(opened.text()), file_name(opened.name()) {}

  // Opens a child, with its first name; name_more() adds the others once it is closed.
  postern::Child open(const postern::ChildInfo& info);
  void name_more(postern_part child, const std::vector<std::string>& names);

  // A stream as it stands: as a slice where that is possible.
  postern_part add_stream(Compound& compound, uint32_t stream, const postern::ChildInfo& info);
  postern_part add_bytes(const postern::ChildInfo& info, std::string_view bytes, uint32_t flags = 0);
  // A file that somebody dropped into a document.
  void add_package(const Package& package, postern_part parent);
  void add_finding(int32_t category, std::string_view token, std::string_view text);
  bool has_time() const { return job.time_left().count() > 0; }
  void watch_time() const;

  postern::Job& job;
  postern_part part;
  std::string_view file, file_name;
};

}  // namespace ole
