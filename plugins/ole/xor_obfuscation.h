// SPDX-License-Identifier: MIT
// Obfuscation by XOR ([MS-OFFCRYPTO] 2.3.7.1 to 2.3.7.3): how Excel 5 and 95 encrypt, and later ones when asked to be
// compatible. From a password come the two numbers that a file keeps of it, and the sixteen bytes that hide the
// content. Knows no records; a password has 1 to 15 characters of ASCII. Pure.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ole::xor_obfuscation {

uint16_t verifier(std::string_view password);
uint16_t key(std::string_view password);

using Array = std::array<uint8_t, 16>;
Array array(std::string_view password);

// Bytes that begin at this place of the array, which starts again behind its end.
std::string reveal(const Array& array, std::string_view hidden, size_t index);

}  // namespace ole::xor_obfuscation
