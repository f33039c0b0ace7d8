// SPDX-License-Identifier: MIT
#include "base/digest.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <memory>

#include "base/failure.h"

namespace postern::base {

Sha256 sha256(std::string_view bytes) {
  // Fetching the algorithm costs more than hashing a small part: once per process is enough.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  Sha256 digest{};
  unsigned length = 0;
  if (!algorithm || EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, algorithm.get(), nullptr) != 1)
    throw TemporaryFailure("SHA-256 is not available in OpenSSL");
  return digest;
}

std::string hex(const Sha256& digest) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const uint8_t b : digest) {
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  return text;
}

std::string random_bytes(size_t n) {
  std::string bytes(n, '\0');
  if (::getrandom(bytes.data(), n, 0) != static_cast<ssize_t>(n)) throw_errno("getrandom");
  return bytes;
}

}  // namespace postern::base
