// SPDX-License-Identifier: MIT
// The lines that docs/POSTFIX.md tells administrators to paste, so that the tests run exactly those: the code block
// whose opening fence carries this label, as in "```ini after-queue-lmtp main.cf". A label that does not stand there
// once: std::runtime_error.
#pragma once
#include <string>

namespace postern::testing {

std::string documented(const std::string& label);

}  // namespace postern::testing
