// SPDX-License-Identifier: MIT
// Makes children of what is in an OLE file: streams by their path, packaged files, the attachments and bodies of an
// Outlook message, the sources of macros, documents that a default password opens. What is active, encrypted or damaged
// becomes a finding; see README.md for the tokens. Throws postern::Error: POSTERN_E_TIMEOUT, POSTERN_E_UNSUPPORTED, and
// what the host answered.
#pragma once
#include <postern/plugin.hpp>

namespace ole {

void extract(postern::Job& job, const postern::Part& part);

// An object of OLE 1.0, as RTF files hold them.
void extract_old_object(postern::Job& job, const postern::Part& part);

}  // namespace ole
