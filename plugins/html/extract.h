// SPDX-License-Identifier: MIT
// Makes children of what a page hides and tells the host what it does. Throws postern::Error: POSTERN_E_TIMEOUT, and
// what the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace html_plugin {

void extract(postern::Job& job, const postern::Part& part);

// 1..100, 0: no page.
int probe(const postern::Part& part);

}  // namespace html_plugin
