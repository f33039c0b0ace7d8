// SPDX-License-Identifier: MIT
#include "crypt.h"

#include <openssl/evp.h>
#include <postern/support/binary.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <numeric>

namespace ole::crypt {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using postern::support::BinaryReader;

constexpr std::string_view powerpoint_password = "/01Hannes Ruescher/01";
constexpr uint64_t most_rounds = 1000000;  // Office writes 100000
constexpr size_t segment = 4096;

std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) (out += c) += '\0';
  return out;
}

std::string little32(uint32_t value) {
  std::string out(4, '\0');
  for (size_t n = 0; n < 4; ++n) out[n] = static_cast<char>(value >> (8 * n) & 255);
  return out;
}

const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// One algorithm, fetched once: a key takes a hundred thousand rounds.
class Digest {
 public:
  explicit Digest(const char* name)
      : algorithm_(EVP_MD_fetch(nullptr, name, nullptr), EVP_MD_free), context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}
  bool is_known() const { return algorithm_ && context_; }
  size_t size() const { return static_cast<size_t>(EVP_MD_get_size(algorithm_.get())); }
  std::string operator()(std::string_view a, std::string_view b = {}) const {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), a.data(), a.size()) != 1 ||
        EVP_DigestUpdate(context_.get(), b.data(), b.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), data(out), &size) != 1)
      return {};
    out.resize(size);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> algorithm_;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

// RC4 is not among what OpenSSL 3 offers by default.
class Rc4 {
 public:
  explicit Rc4(std::string_view key) {
    std::iota(state_.begin(), state_.end(), uint8_t{0});
    uint8_t j = 0;
    for (size_t i = 0; i < 256; ++i) {
      j = static_cast<uint8_t>(j + state_[i] + static_cast<uint8_t>(key[i % key.size()]));
      std::swap(state_[i], state_[j]);
    }
  }
  std::string operator()(std::string_view bytes) {
    std::string out(bytes);
    for (char& c : out) {
      j_ = static_cast<uint8_t>(j_ + state_[++i_]);
      std::swap(state_[i_], state_[j_]);
      c = static_cast<char>(static_cast<uint8_t>(c) ^ state_[static_cast<uint8_t>(state_[i_] + state_[j_])]);
    }
    return out;
  }

 private:
  std::array<uint8_t, 256> state_{};
  uint8_t i_ = 0, j_ = 0;
};

// Empty iv: each block for itself (ECB). Whole blocks only; "" when OpenSSL refuses.
std::string aes_decrypt(std::string_view key, std::string_view iv, std::string_view bytes) {
  const EVP_CIPHER* cipher = nullptr;
  const bool is_ecb = iv.empty();
  if (key.size() == 16) cipher = is_ecb ? EVP_aes_128_ecb() : EVP_aes_128_cbc();
  if (key.size() == 24) cipher = is_ecb ? EVP_aes_192_ecb() : EVP_aes_192_cbc();
  if (key.size() == 32) cipher = is_ecb ? EVP_aes_256_ecb() : EVP_aes_256_cbc();
  bytes = bytes.substr(0, bytes.size() / 16 * 16);
  if (!cipher || bytes.empty() || (!is_ecb && iv.size() < 16)) return {};
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string out(bytes.size() + 16, '\0');
  int size = 0;
  if (!context || EVP_DecryptInit_ex(context.get(), cipher, nullptr, data(key), is_ecb ? nullptr : data(iv)) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_DecryptUpdate(context.get(), data(out), &size, data(bytes), static_cast<int>(bytes.size())) != 1)
    return {};
  out.resize(static_cast<size_t>(size));
  return out;
}

// ---- Excel 97 to 2003

std::string block_key(const StreamKey& key, uint32_t block) {
  const Digest digest(key.is_sha1 ? "SHA1" : "MD5");
  if (!digest.is_known()) return {};
  std::string made = digest(key.base, little32(block));
  made.resize(key.key_bytes);
  if (key.is_sha1 && key.key_bytes == 5) made.resize(16);  // 2.3.5.2: forty bits are filled up with zeros
  return made;
}

struct Verifier {
  std::string_view salt, input, hash;
};

bool fits(const StreamKey& key, const Verifier& verifier) {
  const std::string first = block_key(key, 0);
  if (first.empty()) return false;
  Rc4 rc4(first);
  const std::string input = rc4(verifier.input), hash = rc4(verifier.hash);
  const std::string made = Digest(key.is_sha1 ? "SHA1" : "MD5")(input);
  return !made.empty() && hash.starts_with(made);
}

std::optional<StreamKey> open_rc4(BinaryReader in) {  // 2.3.6
  const Verifier verifier{in.take(16), in.take(16), in.take(16)};
  const Digest md5("MD5");
  if (in.failed() || !md5.is_known()) return std::nullopt;
  const std::string start = md5(utf16(excel_password)).substr(0, 5);
  std::string repeated;
  for (int n = 0; n < 16; ++n) (repeated += start) += verifier.salt;
  StreamKey key;
  key.base = md5(repeated).substr(0, 5);
  return fits(key, verifier) ? std::optional(key) : std::nullopt;
}

struct CryptoApi {
  uint32_t algorithm = 0, key_bits = 0;
  Verifier verifier;
  bool is_whole = false;
};

CryptoApi read_crypto_api(BinaryReader in) {  // 2.3.5.1 and 2.3.4.5: flags, header, verifier
  CryptoApi info;
  in.skip(4);
  BinaryReader header(in.take(in.u32()));
  header.skip(8);
  info.algorithm = header.u32();
  header.skip(4);
  info.key_bits = header.u32();
  info.verifier.salt = in.take(std::min<uint32_t>(in.u32(), 64));
  info.verifier.input = in.take(16);
  in.skip(4);  // size of the hash: always 20, filled up to 32 where it is in blocks
  info.verifier.hash = in.rest().substr(0, 32);
  info.is_whole = !in.failed() && info.verifier.hash.size() >= 20;
  return info;
}

std::optional<StreamKey> open_rc4_crypto_api(BinaryReader in) {  // 2.3.5
  const CryptoApi info = read_crypto_api(in);
  const Digest sha1("SHA1");
  const uint32_t bits = info.key_bits == 0 ? 40 : info.key_bits;
  if (!info.is_whole || !sha1.is_known() || bits % 8 != 0 || bits < 40 || bits > 128) return std::nullopt;
  StreamKey key;
  key.is_sha1 = true;
  key.key_bytes = bits / 8;
  key.base = sha1(info.verifier.salt, utf16(excel_password));
  Verifier verifier = info.verifier;
  verifier.hash = verifier.hash.substr(0, 20);
  return fits(key, verifier) ? std::optional(key) : std::nullopt;
}

// ---- documents of 2007 and later

// H(salt, password), then again and again with the number of the round. Empty: no time.
std::string spin(const Digest& digest, std::string_view salt, std::string_view password, uint64_t rounds,
                 const std::function<bool()>& has_time) {
  std::string hash = digest(salt, utf16(password));
  for (uint64_t n = 0; n < rounds; ++n) {
    if (n % 65536 == 0 && !has_time()) return {};
    hash = digest(little32(static_cast<uint32_t>(n)), hash);
  }
  return hash;
}

std::optional<PackageKey> open_standard(BinaryReader in, std::string_view password,
                                        const std::function<bool()>& has_time) {  // 2.3.4.7
  constexpr uint64_t rounds = 50000;
  const CryptoApi info = read_crypto_api(in);
  const Digest sha1("SHA1");
  if (!info.is_whole || !sha1.is_known() || info.key_bits % 64 != 0 || info.key_bits > 256) return std::nullopt;
  const std::string last = sha1(spin(sha1, info.verifier.salt, password, rounds, has_time), little32(0));
  std::string inner(64, '\x36'), outer(64, '\x5c');
  for (size_t n = 0; n < last.size(); ++n) {
    inner[n] = static_cast<char>(inner[n] ^ last[n]);
    outer[n] = static_cast<char>(outer[n] ^ last[n]);
  }
  PackageKey key;
  key.key = (sha1(inner) + sha1(outer)).substr(0, info.key_bits / 8);
  const std::string hash = sha1(aes_decrypt(key.key, {}, info.verifier.input));
  return aes_decrypt(key.key, {}, info.verifier.hash).starts_with(hash) && !hash.empty() ? std::optional(key)
                                                                                         : std::nullopt;
}

// The value of an attribute of the first element of that name; "" where it has none.
std::string_view attribute(std::string_view xml, std::string_view element, std::string_view name) {
  const size_t from = xml.find(element);
  if (from == xml.npos) return {};
  const std::string_view tag = xml.substr(from, xml.find('>', from) - from);
  const std::string wanted = " " + std::string(name) + "=\"";
  const size_t at = tag.find(wanted);
  if (at == tag.npos) return {};
  const std::string_view value = tag.substr(at + wanted.size());
  return value.substr(0, value.find('"'));
}

struct AgileParameters {  // 2.3.4.10, of one element
  std::string salt, digest;
  uint64_t key_bits = 0, block_size = 0;
  bool is_known = false;
};

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string from_base64(std::string_view text) {
  std::string out;
  postern::support::Base64Decoder decoder;
  decoder.decode(text, out);
  decoder.finish(out);
  return out;
}

AgileParameters agile_parameters(std::string_view xml, std::string_view element) {
  AgileParameters p;
  p.salt = from_base64(attribute(xml, element, "saltValue"));
  p.digest = attribute(xml, element, "hashAlgorithm");
  p.key_bits = number(attribute(xml, element, "keyBits"));
  p.block_size = number(attribute(xml, element, "blockSize"));
  static constexpr std::string_view digests[] = {"MD5", "SHA1", "SHA256", "SHA384", "SHA512"};
  const bool is_digest = std::find(std::begin(digests), std::end(digests), p.digest) != std::end(digests);
  p.is_known = is_digest && attribute(xml, element, "cipherAlgorithm") == "AES" &&
               attribute(xml, element, "cipherChaining") == "ChainingModeCBC" && p.block_size == 16 &&
               p.key_bits % 64 == 0 && p.key_bits <= 256;
  return p;
}

std::string fitted(std::string bytes, size_t size) {
  bytes.resize(size, '\x36');
  return bytes;
}

std::optional<PackageKey> open_agile(std::string_view xml, std::string_view password,
                                     const std::function<bool()>& has_time) {  // 2.3.4.11 to 2.3.4.13
  constexpr std::string_view key_data = "<keyData", encrypted_key = "encryptedKey ";
  const AgileParameters document = agile_parameters(xml, key_data), p = agile_parameters(xml, encrypted_key);
  const uint64_t rounds = number(attribute(xml, encrypted_key, "spinCount"));
  if (!document.is_known || !p.is_known || rounds > most_rounds) return std::nullopt;
  const Digest digest(p.digest.c_str());
  const std::string hash = spin(digest, p.salt, password, rounds, has_time);
  if (hash.empty()) return std::nullopt;
  const auto value = [&](std::string_view name, std::string_view block) {
    const std::string key = fitted(digest(hash, block), p.key_bits / 8);
    return aes_decrypt(key, fitted(p.salt, 16), from_base64(attribute(xml, encrypted_key, name)));
  };
  const std::string input = value("encryptedVerifierHashInput", "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79"sv);
  const std::string wanted = value("encryptedVerifierHashValue", "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e"sv);
  const std::string made = digest(std::string_view(input).substr(0, p.salt.size()));
  if (input.empty() || !wanted.starts_with(made)) return std::nullopt;
  PackageKey key;
  key.is_agile = true;
  key.key = value("encryptedKeyValue", "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6"sv).substr(0, document.key_bits / 8);
  key.salt = document.salt;
  key.digest = document.digest;
  return key;
}

}  // namespace

void prepare() {
  for (const char* name : {"MD5", "SHA1", "SHA256", "SHA384", "SHA512"})
    if (const Digest digest(name); digest.is_known()) digest("");
  aes_decrypt(std::string(16, 'k'), {}, std::string(16, 'x'));
}

std::string StreamKey::decrypt(std::string_view stream) const {
  constexpr size_t block_size = 1024;
  std::string plain;
  plain.reserve(stream.size());
  for (uint32_t block = 0; !stream.empty(); ++block) {
    plain += Rc4(block_key(*this, block))(stream.substr(0, block_size));
    stream.remove_prefix(std::min(stream.size(), block_size));
  }
  return plain;
}

std::optional<StreamKey> open_workbook(std::string_view file_pass) {
  BinaryReader in(file_pass);
  if (in.u16() != 1) return std::nullopt;  // 0 is obfuscation by XOR: xor_obfuscation.h
  const uint16_t major = in.u16(), minor = in.u16();
  if (major == 1 && minor == 1) return open_rc4(in);
  if (minor == 2) return open_rc4_crypto_api(in);
  return std::nullopt;
}

std::optional<PackageKey> open_package(std::string_view info, const std::function<bool()>& has_time) {
  BinaryReader in(info);
  const uint16_t major = in.u16(), minor = in.u16();
  for (const std::string_view password : {excel_password, powerpoint_password}) {
    std::optional<PackageKey> key;
    if (major == 4 && minor == 4)
      key = open_agile(info.substr(std::min<size_t>(8, info.size())), password, has_time);
    else if (minor == 2)
      key = open_standard(in, password, has_time);
    if (key) return key;
  }
  return std::nullopt;
}

bool PackageKey::decrypt(std::string_view package, const Sink& sink) const {
  BinaryReader in(package);
  uint64_t left = in.u64();
  const Digest hash(is_agile ? digest.c_str() : "SHA1");
  for (uint32_t n = 0; left > 0 && in.left() > 0; ++n) {
    const std::string_view piece = in.take(std::min(segment, in.left()));
    const std::string iv = is_agile ? fitted(hash(salt, little32(n)), 16) : std::string();
    const std::string plain = aes_decrypt(key, iv, piece);
    if (plain.empty()) return false;
    sink(std::string_view(plain).substr(0, left));
    left -= std::min<uint64_t>(left, plain.size());
  }
  return left == 0;
}

}  // namespace ole::crypt
