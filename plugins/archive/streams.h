// SPDX-License-Identifier: MIT
// A compressed file becomes one child: exactly one layer is taken off, all streams of the same kind that follow each
// other are one content (as gzip, bzip2 and the others do it), and bytes behind them are a trailer. Throws what the
// host answers.
#pragma once
#include "codec.h"
#include "report.h"

namespace archive_plugin {

void open_stream(Report&, Compression);

}  // namespace archive_plugin
