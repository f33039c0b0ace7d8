// SPDX-License-Identifier: MIT
// The boundaries that readers take from the parameters of a field: what the SDK reads from them, and what those read
// who split at every semicolon, keep a quote that never ends, or stop at the first quote whatever stands before it.
#pragma once
#include <postern/support/parameters.h>

#include <string>
#include <vector>

namespace postern::mime {

// Distinct, the main one first; none ends with white space (RFC 2046, 5.1.1).
std::vector<std::string> boundary_readings(const support::FieldValue& field);

}  // namespace postern::mime
