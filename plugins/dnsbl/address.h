// SPDX-License-Identifier: MIT
// An IP address as a value: how it is written, which networks it is in, and how a DNS list wants to be asked about it
// (RFC 5782, 2.1 and 2.4). IPv4 inside of ::ffff:0:0/96 is IPv4. Text in, values out; what is not exactly an address is
// nullopt.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::dnsbl {

class Address {
 public:
  // "192.0.2.1" or "2001:db8::1"; no brackets, no zone, no leading zeros in IPv4.
  static std::optional<Address> parse(std::string_view text);
  static Address v4(uint32_t number);

  bool is_v4() const;
  std::string text() const;
  // Octets or nibbles the wrong way round: "1.2.0.192".
  std::string reversed() const;
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }  // IPv4 as ::ffff:a.b.c.d

  friend auto operator<=>(const Address&, const Address&) = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

class Network {
 public:
  // "192.0.2.0/24", "2001:db8::/32", "[2001:db8::]/32" or an address; the bits behind the mask are zero.
  static std::optional<Network> parse(std::string_view text);
  bool contains(const Address& address) const;

 private:
  std::array<uint8_t, 16> bytes_{};
  unsigned prefix_ = 0;  // of 128
};

// May stand for somebody on the Internet: not private, reserved, for documentation, or a tunnel (IANA's special-purpose
// registries).
bool is_public(const Address& address);
bool is_loopback(const Address& address);

}  // namespace postern::dnsbl
