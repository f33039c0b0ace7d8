// SPDX-License-Identifier: MIT
// Encrypts as Office does, with any password, for tests. Slow ways with few rounds: a reader must believe their number.
#pragma once
#include <string>
#include <string_view>

namespace postern::testing {

inline constexpr std::string_view default_password = "VelvetSweatshop";

// A stream "Workbook" with a record FILEPASS in front and everything behind it encrypted.
std::string encrypted_workbook_rc4(const std::string& stream, std::string_view password);
std::string encrypted_workbook_crypto_api(const std::string& stream, std::string_view password, unsigned key_bits);

// A whole OLE file with EncryptionInfo and EncryptedPackage.
std::string agile_document(std::string_view content, std::string_view password, unsigned rounds = 100000);
std::string standard_document(std::string_view content, std::string_view password);

}  // namespace postern::testing
