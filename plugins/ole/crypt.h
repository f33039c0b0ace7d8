// SPDX-License-Identifier: MIT
// Office encryption ([MS-OFFCRYPTO]), as far as it protects nothing: what is encrypted with the password that Excel (or
// PowerPoint) tries by itself is opened without a question, so it is opened here too. The only user of OpenSSL. Pure;
// nullopt: another password, or a method that is not known here.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ole::crypt {

inline constexpr std::string_view excel_password = "VelvetSweatshop";

// To be called once while there still are files: OpenSSL reads its configuration with the first use.
void prepare();

// RC4 with a new key every 1024 bytes (2.3.5.2 and 2.3.6.2): Excel 97 to 2003.
struct StreamKey {
  bool is_sha1 = false;  // "CryptoAPI"; else the older way with MD5
  std::string base;      // that the keys are made of
  size_t key_bytes = 16;
  std::string decrypt(std::string_view stream) const;
};
std::optional<StreamKey> open_workbook(std::string_view file_pass);  // the data of the record FILEPASS

// AES: the streams EncryptionInfo and EncryptedPackage of a document of 2007 and later, whose content is a ZIP file.
struct PackageKey {
  bool is_agile = false;
  std::string key;
  std::string salt, digest;  // agile only: each 4096 bytes have an initial vector of their own
  using Sink = std::function<void(std::string_view)>;
  bool decrypt(std::string_view package, const Sink& sink) const;  // false: shorter than it claims
};
// Gives up, as another password would, when the key takes more rounds than Office allows.
std::optional<PackageKey> open_package(std::string_view info, const std::function<bool()>& has_time);

}  // namespace ole::crypt
