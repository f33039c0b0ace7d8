// SPDX-License-Identifier: MIT
// Makes a child of every file that a calendar or a card carries in itself: ATTACH, PHOTO, LOGO, SOUND, KEY and whatever
// else is in base64 or a data: URI. Throws postern::Error: POSTERN_E_UNSUPPORTED (neither calendar nor card),
// POSTERN_E_TIMEOUT, and what the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace calendar_plugin {

void extract(postern::Job& job, const postern::Part& part);

}  // namespace calendar_plugin
