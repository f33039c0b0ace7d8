// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"
#include "types.h"

namespace {

class Archive {
 public:
  static constexpr const auto& accepts = archive_plugin::accepted_types;
  explicit Archive(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return archive_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { archive_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(Archive, "org.postern.archive", "Archives and compressed files", "1.0", "Postern", "MIT", "")
