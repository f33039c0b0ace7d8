// SPDX-License-Identifier: MIT
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "policy/policy.h"

namespace postern::policy {
namespace {

using Bytes = std::array<unsigned char, 16>;
constexpr Bytes mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_bits = 96;

bool is_mapped(const Bytes& address) {
  return std::equal(address.begin(), address.begin() + 12, mapped_prefix.begin());
}

bool lower_equal(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// "192.0.2.7", "2001:db8::1", "fe80::1%eth0", with or without brackets, "IPv6:" in front (RFC 5321 4.1.3, XFORWARD).
std::optional<Bytes> address_of(std::string_view text, bool* is_ipv4 = nullptr) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (text.size() > 5 && lower_equal(text.substr(0, 5), "ipv6:")) text.remove_prefix(5);
  if (const size_t zone = text.find('%'); zone != std::string_view::npos) text = text.substr(0, zone);
  char terminated[INET6_ADDRSTRLEN + 1] = {};
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  Bytes bytes = mapped_prefix;
  const bool ipv4 = ::inet_pton(AF_INET, terminated, bytes.data() + 12) == 1;
  if (is_ipv4) *is_ipv4 = ipv4;
  if (ipv4) return bytes;
  if (::inet_pton(AF_INET6, terminated, bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::optional<unsigned> mask_of(std::string_view digits, unsigned largest) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || bits > largest) return std::nullopt;
  return bits;
}

unsigned char mask_byte(unsigned bits, size_t index) {
  const size_t before = index * 8;
  if (bits >= before + 8) return 0xFF;
  if (bits <= before) return 0;
  return static_cast<unsigned char>(0xFF << (8 - (bits - before)));
}

}  // namespace

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  bool is_ipv4 = false;
  const auto address = address_of(text.substr(0, slash), &is_ipv4);
  if (!address || text.find('%') != std::string_view::npos) return std::nullopt;
  Cidr range;
  range.network_ = *address;
  range.bits_ = 128;
  if (slash != std::string_view::npos) {
    const auto bits = mask_of(text.substr(slash + 1), is_ipv4 ? 32 : 128);
    if (!bits) return std::nullopt;
    range.bits_ = is_ipv4 ? *bits + mapped_bits : *bits;
  }
  // "192.0.2.7/24" could mean the host or its net; Postfix refuses it as well.
  for (size_t i = 0; i < range.network_.size(); ++i)
    if ((range.network_[i] & ~mask_byte(range.bits_, i)) != 0) return std::nullopt;
  return range;
}

bool Cidr::contains(std::string_view text) const {
  const auto address = address_of(text);
  if (!address) return false;
  // "::/0" is all of IPv6; IPv4 is mapped into it only inside this class.
  if (is_mapped(*address) && bits_ < mapped_bits) return false;
  for (size_t i = 0; i < network_.size(); ++i)
    if (((*address)[i] & mask_byte(bits_, i)) != network_[i]) return false;
  return true;
}

std::string Cidr::text() const {
  char buffer[INET6_ADDRSTRLEN];
  if (is_mapped(network_) && bits_ >= mapped_bits) {
    ::inet_ntop(AF_INET, network_.data() + 12, buffer, sizeof buffer);
    return bits_ == 128 ? buffer : buffer + ("/" + std::to_string(bits_ - mapped_bits));
  }
  ::inet_ntop(AF_INET6, network_.data(), buffer, sizeof buffer);
  return bits_ == 128 ? buffer : buffer + ("/" + std::to_string(bits_));
}

}  // namespace postern::policy
