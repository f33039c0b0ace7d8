// SPDX-License-Identifier: MIT
// The SDK's numbers and pieces at a place, by their short names.
#pragma once
#include <postern/support/bytes_at.h>

namespace archive_plugin {

using postern::support::big;
using postern::support::has;
using postern::support::holds;
using postern::support::little;
using postern::support::little16;
using postern::support::little32;
using postern::support::little64;
using postern::support::range;

}  // namespace archive_plugin
