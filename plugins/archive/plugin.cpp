// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"

namespace {

// Asked about every part: an archive may stand behind anything.
class Archive {
 public:
  explicit Archive(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return archive_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { archive_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(Archive, "org.postern.archive", "Archives and compressed files", "1.1", "Postern", "MIT", "")
