// SPDX-License-Identifier: MIT
// Makes a child of every file in the UDF tree of an image. What is damaged, there twice, or passed over by the library
// becomes a finding; what could be read is kept. Throws postern::Error: POSTERN_E_BROKEN, POSTERN_E_UNSUPPORTED (no UDF
// volume after all), POSTERN_E_TIMEOUT, and what the host answered, so that POSTERN_E_QUOTA ends the work at once.
#pragma once
#include <postern/plugin.hpp>

namespace udf_plugin {

void extract(postern::Job& job, const postern::Part& part);

// 1..100, 0: no such volume. By its bytes alone, whatever it is called or declared.
int probe(const postern::Part& part);

}  // namespace udf_plugin
