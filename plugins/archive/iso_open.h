// SPDX-License-Identifier: MIT
// A disk image becomes the children of all its trees, see iso_walk.h. Throws what the host answers.
#pragma once
#include "report.h"

namespace archive_plugin {

void open_iso(Report&);

}  // namespace archive_plugin
