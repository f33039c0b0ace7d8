// SPDX-License-Identifier: MIT
// Makes a child of every member of an ARJ, ARC or ZOO archive. Damage, encryption and false claims become findings and
// flags; what could be read before the damage is kept. Throws postern::Error: POSTERN_E_BROKEN, POSTERN_E_UNSUPPORTED (no
// such archive after all), POSTERN_E_TIMEOUT, and what the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace dosarchive_plugin {

void extract(postern::Job& job, const postern::Part& part);

// 1..100, 0: none of the three. By its bytes alone, whatever it is called or declared.
int probe(const postern::Part& part);

}  // namespace dosarchive_plugin
