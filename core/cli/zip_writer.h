// SPDX-License-Identifier: MIT
// Small ZIP files for the test mails, made of bytes in memory: stored, deflated, or as if somebody had encrypted them.
// Not for archives of any use: no dates, no folders, nothing over 4 GiB, and a compressor that knows two kinds of
// repetition.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::cli {

struct ZipMember {
  enum class Method : uint16_t { stored = 0, deflated = 8 };
  std::string name;
  std::string data;  // as it stands in the file
  Method method = Method::stored;
  uint32_t size = 0, crc = 0;  // of what it becomes
  bool is_encrypted = false;
};

ZipMember stored(std::string name, std::string content);
// Small only where bytes repeat at a distance of 1 or 13: zeros, and what zeros are once they are deflated.
ZipMember deflated(std::string name, std::string_view content);
// Says it is encrypted (ZipCrypto); nobody has the password, for there is nothing inside.
ZipMember locked(std::string name, size_t size);

std::string zip(const std::vector<ZipMember>& members);

}  // namespace postern::cli
