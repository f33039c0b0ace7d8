// SPDX-License-Identifier: MIT
// The SDK's numbers at a place, by their short names.
#pragma once
#include <postern/support/bytes_at.h>

namespace onenote_plugin {

using postern::support::little;
using postern::support::little16;
using postern::support::little32;
using postern::support::little64;

}  // namespace onenote_plugin
