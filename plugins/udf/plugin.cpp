// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"

namespace {

// Asked about every part: an image is told by its bytes, whatever it is called.
class Udf {
 public:
  explicit Udf(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return udf_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { udf_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(Udf, "org.postern.udf", "Images of UDF disks", "1.0", "Postern", "MIT", "")
