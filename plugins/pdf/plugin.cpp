// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"

namespace {

// No list of types: a PDF may begin behind a kilobyte of something else.
class Pdf {
 public:
  static constexpr postern_option options[] = {postern::option(
      "max-revisions", POSTERN_T_INT, "16", "older states of the file that are looked at too", 0, 1000)};

  explicit Pdf(const postern::Config& config) : most_revisions_(static_cast<size_t>(config.number("max-revisions"))) {}
  int probe(postern::Job&, const postern::Part& part) { return pdf_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { pdf_plugin::extract(job, part, most_revisions_); }

 private:
  size_t most_revisions_;
};

}  // namespace

POSTERN_PLUGIN(Pdf, "org.postern.pdf", "PDF documents", "1.0", "Postern", "MIT", "")
