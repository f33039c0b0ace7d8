// SPDX-License-Identifier: MIT
#include "host_name.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <postern/support/ascii.h>

namespace postern::dnsbl {
namespace {

using support::hex_digit;
using support::is_digit;

constexpr size_t longest_raw = 2048, longest_name = 253;

std::string without_escapes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> to_ascii(const std::string& name) {
  char* out = nullptr;
  if (::idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return std::nullopt;
  const std::string ascii(out);
  ::idn2_free(out);
  return ascii;
}

// One part of a number with dots: decimal, 0x hexadecimal or 0 octal.
std::optional<uint64_t> number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  unsigned base = 10;
  if (text.size() > 1 && text[0] == '0') {
    base = support::lower(text[1]) == 'x' ? 16 : 8;
    text.remove_prefix(base == 16 ? 2 : 1);
  }
  uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
    value = std::min<uint64_t>(value * base + static_cast<unsigned>(digit), uint64_t{1} << 33);
  }
  return value;
}

std::vector<std::string_view> labels_of(std::string_view name) {
  std::vector<std::string_view> labels;
  for (;;) {
    const size_t dot = name.find('.');
    labels.push_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return labels;
    name.remove_prefix(dot + 1);
  }
}

// "0x7f.1", "2130706433": the last number fills what is left.
std::optional<Address> number_as_address(const std::vector<std::string_view>& labels) {
  if (labels.size() > 4) return std::nullopt;
  uint64_t address = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto part = number(labels[i]);
    const bool last = i + 1 == labels.size();
    const unsigned bits = last ? 8 * static_cast<unsigned>(5 - labels.size()) : 8;
    if (!part || *part >= uint64_t{1} << bits) return std::nullopt;
    address |= *part << (last ? 0 : 8 * (3 - i));
  }
  return Address::v4(static_cast<uint32_t>(address));
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

std::optional<HostName> named(std::string name) {
  while (name.ends_with('.')) name.pop_back();
  if (name.empty() || name.size() > longest_name) return std::nullopt;
  name = support::lower(name);
  const std::vector<std::string_view> labels = labels_of(name);
  const std::string_view last = labels.back();
  if (number(last) || (!last.empty() && std::all_of(last.begin(), last.end(), is_digit))) {
    const auto address = number_as_address(labels);
    return address ? std::optional<HostName>(*address) : std::nullopt;
  }
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return std::nullopt;
  return name;
}

}  // namespace

std::optional<HostName> read_host(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.size() > longest_raw) return std::nullopt;
  std::string host = without_escapes(authority);
  host.resize(std::min(host.find_first_of(std::string_view("/\\?#\0", 5)), host.size()));
  if (const size_t at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  if (host.starts_with('[')) {
    const auto address = Address::parse(std::string_view(host).substr(1, std::min(host.find(']'), host.size()) - 1));
    return address ? std::optional<HostName>(*address) : std::nullopt;
  }
  host.resize(std::min(host.find(':'), host.size()));
  if (is_ascii(host)) return named(std::move(host));
  if (const auto ascii = to_ascii(host)) return named(*ascii);
  // A typographic quotation mark or the like behind the name.
  const auto is_foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  host.erase(std::find_if(host.begin(), host.end(), is_foreign), host.end());
  return named(std::move(host));
}

struct RegisteredDomains::Suffixes {
  psl_ctx_t* context = ::psl_latest(nullptr);
  ~Suffixes() { ::psl_free(context); }
};

RegisteredDomains::RegisteredDomains() : suffixes_(std::make_unique<Suffixes>()) {
  if (!suffixes_->context) throw std::runtime_error("libpsl has no Public Suffix List");
}
RegisteredDomains::~RegisteredDomains() = default;

std::optional<std::string> RegisteredDomains::of(const std::string& host) const {
  // RFC 6761 and 6762, 7686, 8375: names that DNS does not know.
  for (const std::string_view local : {".localhost", ".local", ".internal", ".onion", ".arpa", ".invalid"})
    if (host.ends_with(local)) return std::nullopt;
  if (host.find('.') == std::string::npos) return std::nullopt;
  const char* domain = ::psl_registrable_domain(suffixes_->context, host.c_str());
  return domain ? std::optional<std::string>(domain) : std::nullopt;
}

}  // namespace postern::dnsbl
