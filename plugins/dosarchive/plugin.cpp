// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"

namespace {

// Asked about every part: an archive is told by its bytes, and an ARJ archive may stand behind a program.
class DosArchive {
 public:
  explicit DosArchive(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return dosarchive_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { dosarchive_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(DosArchive, "org.postern.dosarchive", "ARJ, ARC and ZOO archives", "1.0", "Postern", "MIT", "")
