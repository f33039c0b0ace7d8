// SPDX-License-Identifier: MIT
// Makes a child of every member of an archive, and of what a compressed file holds. Damage, encryption and false claims
// become findings and flags; what could be read before the damage is kept. Ends normally when everything was opened.
// Throws postern::Error: POSTERN_E_BROKEN, POSTERN_E_UNSUPPORTED (no archive after all), POSTERN_E_TIMEOUT, and what
// the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace archive_plugin {

void extract(postern::Job& job, const postern::Part& part);

// 1..100, 0: no archive anywhere in it. By its bytes alone, whatever it is called or declared.
int probe(const postern::Part& part);

}  // namespace archive_plugin
