// SPDX-License-Identifier: MIT
// Workbooks obfuscated by XOR, for tests: as [MS-OFFCRYPTO] 2.3.7 prints it, with its tables, where the reader
// computes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::testing {

// What a file keeps of a password.
uint16_t xor_verifier(std::string_view password);
uint16_t xor_key(std::string_view password);

// Excel 95 writes the two numbers alone; later ones a kind in front of them.
enum class ExcelAge { of_95, of_97 };
struct XorLies {
  uint16_t key = 0;  // not 0: what stands in the file instead
};
// A stream "Workbook" with a record FILEPASS behind its first one, and what follows hidden.
std::string xor_workbook(const std::string& stream, std::string_view password, ExcelAge age = ExcelAge::of_97,
                         XorLies lies = {});

}  // namespace postern::testing
