// SPDX-License-Identifier: MIT
// Makes a child of every file in a OneNote section; no byte is copied. Throws postern::Error: POSTERN_E_UNSUPPORTED (no
// section after all), POSTERN_E_TIMEOUT, and what the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace onenote_plugin {

void extract(postern::Job& job, const postern::Part& part);

}  // namespace onenote_plugin
