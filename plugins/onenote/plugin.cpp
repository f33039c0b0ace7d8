// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"
#include "notebook.h"

namespace {

class OneNote {
 public:
  static constexpr const char* accepts[] = {"application/onenote", "application/msonenote", "application/octet-stream",
                                            nullptr};
  explicit OneNote(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return onenote_plugin::is_notebook(part.text()) ? 80 : 0; }
  void decode(postern::Job& job, const postern::Part& part) { onenote_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(OneNote, "org.postern.onenote", "OneNote sections", "1.0", "Postern", "MIT", "")
