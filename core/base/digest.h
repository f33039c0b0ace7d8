// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4) by OpenSSL: keys of quarantine entries and verdicts, digests of parts. The only OpenSSL user besides TLS.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::base {

using Sha256 = std::array<uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
std::string hex(const Sha256& digest);  // 64 lower-case digits

// n random bytes from the kernel.
std::string random_bytes(size_t n);

}  // namespace postern::base
