// SPDX-License-Identifier: MIT
#include "address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

namespace postern::dnsbl {
namespace {

constexpr std::array<uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::vector<Network> networks(std::initializer_list<const char*> texts) {
  std::vector<Network> all;
  for (const char* text : texts) all.push_back(Network::parse(text).value());
  return all;
}

bool is_in(const std::vector<Network>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const Network& n) { return n.contains(address); });
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.size() > 45) return std::nullopt;
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  Address address;
  std::copy(mapped.begin(), mapped.end(), address.bytes_.begin());
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + 12) == 1) return address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

Address Address::v4(uint32_t number) {
  Address address;
  std::copy(mapped.begin(), mapped.end(), address.bytes_.begin());
  for (size_t i = 0; i < 4; ++i) address.bytes_[12 + i] = static_cast<uint8_t>(number >> (24 - 8 * i));
  return address;
}

bool Address::is_v4() const {
  return std::equal(mapped.begin(), mapped.end(), bytes_.begin());
}

std::string Address::text() const {
  if (is_v4()) {  // inet_ntop() prints it by sprintf(), which takes longer than all else that is done with it
    std::string text;
    for (size_t i = 12; i < 16; ++i) (text += text.empty() ? "" : ".") += std::to_string(bytes_[i]);
    return text;
  }
  char buffer[INET6_ADDRSTRLEN];
  ::inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
  return buffer;
}

std::string Address::reversed() const {
  std::string name;
  const auto append = [&name](std::string_view label) { (name += name.empty() ? "" : ".") += label; };
  if (is_v4()) {
    for (size_t i = 16; i-- > 12;) append(std::to_string(bytes_[i]));
    return name;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  for (size_t i = 16; i-- > 0;) {
    append(digits.substr(bytes_[i] & 15, 1));
    append(digits.substr(bytes_[i] >> 4, 1));
  }
  return name;
}

std::optional<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  std::string_view address_text = text.substr(0, slash);
  if (address_text.starts_with('[') && address_text.ends_with(']'))
    address_text = address_text.substr(1, address_text.size() - 2);
  const auto address = Address::parse(address_text);
  if (!address) return std::nullopt;
  const unsigned width = address->is_v4() && address_text.find(':') == std::string_view::npos ? 32 : 128;
  unsigned bits = width;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (error != std::errc() || end != length.data() + length.size() || bits > width || length.size() > 3)
      return std::nullopt;
  }
  Network network;
  network.bytes_ = address->bytes();
  network.prefix_ = 128 - width + bits;
  for (unsigned bit = network.prefix_; bit < 128; ++bit)
    if (network.bytes_[bit / 8] & (0x80 >> bit % 8)) return std::nullopt;
  return network;
}

bool Network::contains(const Address& address) const {
  const size_t whole = prefix_ / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes().begin()))
    return false;
  if (prefix_ % 8 == 0) return true;
  return ((bytes_[whole] ^ address.bytes()[whole]) & (0xff00 >> prefix_ % 8) & 0xff) == 0;
}

bool is_public(const Address& address) {
  static const std::vector<Network> special =
      networks({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"});
  static const Network global_unicast = Network::parse("2000::/3").value();
  return (address.is_v4() || global_unicast.contains(address)) && !is_in(special, address);
}

bool is_loopback(const Address& address) {
  static const std::vector<Network> loopback = networks({"127.0.0.0/8", "::1"});
  return is_in(loopback, address);
}

}  // namespace postern::dnsbl
