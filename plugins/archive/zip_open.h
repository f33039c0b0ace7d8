// SPDX-License-Identifier: MIT
// A ZIP file becomes the children of all its readings, see zip_walk.h. Throws what the host answers.
#pragma once
#include "report.h"

namespace archive_plugin {

void open_zip(Report&);

}  // namespace archive_plugin
