// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"
#include "types.h"

namespace {

class Html {
 public:
  static constexpr const auto& accepts = html_plugin::accepted_types;
  explicit Html(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return html_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { html_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(Html, "org.postern.html", "Pages and pictures with markup", "1.0", "Postern", "MIT", "")
