// SPDX-License-Identifier: MIT
// A RAR archive becomes children: what its headers say by our own walk, the bytes by libarchive, which is given only
// what it can read. Throws what the host answers.
#pragma once
#include "formats.h"
#include "report.h"

namespace archive_plugin {

void open_rar(Report&, const Sighting&);

}  // namespace archive_plugin
