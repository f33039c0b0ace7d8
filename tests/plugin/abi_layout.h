// SPDX-License-Identifier: MIT
// One line for each public field and value of the ABI: name, offset, size. Made from the headers by the compiler.
#pragma once
#include <string>

std::string abi_layout();
