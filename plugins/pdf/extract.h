// SPDX-License-Identifier: MIT
// Makes children of what a PDF part carries (attached files, scripts, forms), in all its revisions, and tells the host
// what acts in it. Damage and encryption become findings. Throws postern::Error: POSTERN_E_BROKEN (nothing could be
// read), POSTERN_E_UNSUPPORTED (no PDF after all), POSTERN_E_TIMEOUT, and what the host answered, so that
// POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace pdf_plugin {

void extract(postern::Job& job, const postern::Part& part, size_t most_revisions);

// 1..100, 0: no PDF.
int probe(const postern::Part& part);

}  // namespace pdf_plugin
