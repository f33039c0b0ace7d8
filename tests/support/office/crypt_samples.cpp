// SPDX-License-Identifier: MIT
#include "support/office/crypt_samples.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "support/office/cfb_writer.h"
#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, algorithm, nullptr) != 1) throw std::runtime_error("digest");
  return {reinterpret_cast<char*>(out), size};
}

std::string aes(const EVP_CIPHER* cipher, std::string_view key, std::string_view iv, std::string bytes) {
  bytes.resize((bytes.size() + 15) / 16 * 16);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  std::string out(bytes.size() + 16, '\0');
  int size = 0;
  const bool worked = EVP_EncryptInit_ex(context, cipher, nullptr, raw(key), iv.empty() ? nullptr : raw(iv)) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                      EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size, raw(bytes),
                                        static_cast<int>(bytes.size())) == 1;
  EVP_CIPHER_CTX_free(context);
  if (!worked) throw std::runtime_error("AES");
  out.resize(static_cast<size_t>(size));
  return out;
}

std::string rc4(std::string_view key, std::string_view bytes) {
  unsigned state[256];
  for (unsigned n = 0; n < 256; ++n) state[n] = n;
  for (unsigned n = 0, j = 0; n < 256; ++n) {
    j = (j + state[n] + static_cast<unsigned char>(key[n % key.size()])) % 256;
    std::swap(state[n], state[j]);
  }
  std::string out;
  unsigned i = 0, j = 0;
  for (const char c : bytes) {
    i = (i + 1) % 256;
    j = (j + state[i]) % 256;
    std::swap(state[i], state[j]);
    out += static_cast<char>(static_cast<unsigned char>(c) ^ state[(state[i] + state[j]) % 256]);
  }
  return out;
}

// The stream with the record behind its first one, sheets moved by its size, and all but heads and a few records
// encrypted.
template <class BlockKey>
std::string encrypted(const std::string& stream, const std::string& file_pass, BlockKey block_key) {
  const auto number = [&](const std::string& s, size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(s[at]) | static_cast<unsigned char>(s[at + 1]) << 8);
  };
  const size_t first = 4 + number(stream, 2);
  const std::string record = little(0x2F, 2) + little(file_pass.size(), 2) + file_pass;
  std::string plain = stream.substr(0, first) + record + stream.substr(first);
  std::string hidden;
  for (size_t at = 0; at < plain.size(); at += 1024)
    hidden += rc4(block_key(static_cast<uint32_t>(at / 1024)), std::string_view(plain).substr(at, 1024));
  std::string out;
  for (size_t at = 0; at + 4 <= plain.size();) {
    const size_t id = number(plain, at), size = number(plain, at + 2);
    const bool is_clear = id == 0x809 || id == 0x2F || id == 0xE1;
    std::string body = (is_clear ? plain : hidden).substr(at + 4, size);
    if (id == 0x85) {
      const size_t position = number(plain, at + 4) + (number(plain, at + 6) << 16) + record.size();
      body.replace(0, 4, little(position, 4));
    }
    out += plain.substr(at, 4) + body;
    at += 4 + size;
  }
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(static_cast<size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::string document(const std::string& info, const std::string& package) {
  return CfbWriter()
      .stream("EncryptionInfo", info)
      .stream("EncryptedPackage", package)
      .stream("\6DataSpaces/Version",
              little(0x3C, 4) + utf16("Microsoft.Container.DataSpaces") + little(1, 4) + little(1, 4) + little(1, 4))
      .bytes();
}

}  // namespace

std::string encrypted_workbook_rc4(const std::string& stream, std::string_view password) {
  const std::string salt(16, '\x5A'), verifier = "0123456789abcdef";
  const std::string start = digest(EVP_md5(), utf16(password)).substr(0, 5);
  std::string repeated;
  for (int n = 0; n < 16; ++n) repeated += start + salt;
  const std::string base = digest(EVP_md5(), repeated).substr(0, 5);
  const auto key = [&](uint32_t block) { return digest(EVP_md5(), base + little(block, 4)); };
  const std::string check = rc4(key(0), verifier + digest(EVP_md5(), verifier));
  return encrypted(stream, little(1, 2) + little(1, 2) + little(1, 2) + salt + check, key);
}

std::string encrypted_workbook_crypto_api(const std::string& stream, std::string_view password, unsigned key_bits) {
  const std::string salt(16, '\x3C'), verifier = "fedcba9876543210";
  const std::string base = digest(EVP_sha1(), salt + utf16(password));
  const auto key = [&](uint32_t block) {
    std::string made = digest(EVP_sha1(), base + little(block, 4)).substr(0, key_bits / 8);
    if (key_bits == 40) made.resize(16);
    return made;
  };
  const std::string check = rc4(key(0), verifier + digest(EVP_sha1(), verifier));
  const std::string header = little(4, 4) + little(0, 4) + little(0x6801, 4) + little(0x8004, 4) + little(key_bits, 4) +
                             little(1, 4) + little(0, 8) + utf16("Microsoft Enhanced Cryptographic Provider v1.0") +
                             "\0\0"s;
  const std::string file_pass = little(1, 2) + little(2, 2) + little(2, 2) + little(4, 4) + little(header.size(), 4) +
                                header + little(16, 4) + salt + check.substr(0, 16) + little(20, 4) + check.substr(16);
  return encrypted(stream, file_pass, key);
}

std::string agile_document(std::string_view content, std::string_view password, unsigned rounds) {
  const std::string data_salt(16, '\x11'), salt(16, '\x22'), secret(32, '\x33'), verifier(16, '\x44');
  std::string hash = digest(EVP_sha512(), salt + utf16(password));
  for (unsigned n = 0; n < rounds; ++n) hash = digest(EVP_sha512(), little(n, 4) + hash);
  const auto hidden = [&](const std::string& block, const std::string& bytes) {
    return base64(aes(EVP_aes_256_cbc(), digest(EVP_sha512(), hash + block).substr(0, 32), salt, bytes));
  };
  const std::string way =
      " saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" "
      "cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"";
  std::string package = little(content.size(), 8);
  for (uint32_t n = 0; n * 4096 < content.size(); ++n) {
    const std::string iv = digest(EVP_sha512(), data_salt + little(n, 4)).substr(0, 16);
    package += aes(EVP_aes_256_cbc(), secret, iv, std::string(content.substr(n * 4096, 4096)));
  }
  // Office checks that nobody changed it.
  const std::string hmac_key(64, '\x55');
  std::string hmac(64, '\0');
  unsigned hmac_size = 0;
  HMAC(EVP_sha512(), hmac_key.data(), static_cast<int>(hmac_key.size()), raw(package), package.size(),
       reinterpret_cast<unsigned char*>(hmac.data()), &hmac_size);
  const auto sealed = [&](const std::string& block, const std::string& bytes) {
    return base64(aes(EVP_aes_256_cbc(), secret, digest(EVP_sha512(), data_salt + block).substr(0, 16), bytes));
  };
  const std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<encryption "
      "xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" "
      "xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><keyData" +
      way + base64(data_salt) + "\"/><dataIntegrity encryptedHmacKey=\"" +
      sealed("\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", hmac_key) + "\" encryptedHmacValue=\"" +
      sealed("\xa0\x67\x7f\x02\xb2\x2c\x84\x33", hmac) +
      "\"/><keyEncryptors><keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
      "<p:encryptedKey spinCount=\"" +
      std::to_string(rounds) + "\"" + way + base64(salt) + "\" encryptedVerifierHashInput=\"" +
      hidden("\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", verifier) + "\" encryptedVerifierHashValue=\"" +
      hidden("\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", digest(EVP_sha512(), verifier)) + "\" encryptedKeyValue=\"" +
      hidden("\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", secret) + "\"/></keyEncryptor></keyEncryptors></encryption>";
  return document(little(4, 2) + little(4, 2) + little(0x40, 4) + xml, package);
}

std::string standard_document(std::string_view content, std::string_view password) {
  const std::string salt(16, '\x66'), verifier(16, '\x77');
  std::string hash = digest(EVP_sha1(), salt + utf16(password));
  for (uint32_t n = 0; n < 50000; ++n) hash = digest(EVP_sha1(), little(n, 4) + hash);
  hash = digest(EVP_sha1(), hash + little(0, 4));
  std::string inner(64, '\x36');
  for (size_t n = 0; n < hash.size(); ++n) inner[n] = static_cast<char>(inner[n] ^ hash[n]);
  const std::string key = digest(EVP_sha1(), inner).substr(0, 16);
  const std::string header = little(0x24, 4) + little(0, 4) + little(0x660E, 4) + little(0x8004, 4) + little(128, 4) +
                             little(0x18, 4) + little(0, 8) +
                             utf16("Microsoft Enhanced RSA and AES Cryptographic Provider") + "\0\0"s;
  const std::string info = little(3, 2) + little(2, 2) + little(0x24, 4) + little(header.size(), 4) + header +
                           little(16, 4) + salt + aes(EVP_aes_128_ecb(), key, {}, verifier) + little(20, 4) +
                           aes(EVP_aes_128_ecb(), key, {}, digest(EVP_sha1(), verifier));
  return document(info, little(content.size(), 8) + aes(EVP_aes_128_ecb(), key, {}, std::string(content)));
}

}  // namespace postern::testing
