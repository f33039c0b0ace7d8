// SPDX-License-Identifier: MIT
#include "smtp/client_parameters.h"

#include <algorithm>

#include "smtp/xtext.h"

namespace postern::smtp {
namespace {

constexpr std::string_view unavailable = "[UNAVAILABLE]";
constexpr size_t max_command = 510;  // 512 with CRLF

// Postfix wants IPv6 addresses as RFC 5321 4.1.3 writes them in literals.
std::string forwarded_address(const std::string& address) {
  const bool bare_ipv6 = address.find(':') != std::string::npos && !address.starts_with("IPV6:");
  return bare_ipv6 ? "IPV6:" + address : address;
}

// nullptr: an attribute nobody taught us; it is left out.
const std::string* value_of(std::string_view attribute, const mail::Client& client) {
  if (attribute == "NAME") return &client.name;
  if (attribute == "ADDR") return &client.address;
  if (attribute == "PORT") return &client.port;
  if (attribute == "PROTO") return &client.protocol;
  if (attribute == "HELO") return &client.helo;
  if (attribute == "IDENT") return &client.ident;
  if (attribute == "SOURCE") return &client.source;
  return nullptr;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// Inside <>: a '>' only in a quoted local part (RFC 5321 4.1.2), blanks likewise.
bool is_sendable_address(std::string_view address) {
  bool quoted = false;
  for (size_t i = 0; i < address.size(); ++i) {
    if (quoted && address[i] == '\\')
      ++i;
    else if (address[i] == '"')
      quoted = !quoted;
    else if (!quoted && (address[i] == '>' || address[i] == '<' || address[i] == ' '))
      return false;
  }
  return !quoted && !has_control(address);
}

bool is_sendable_parameter(std::string_view value) {
  return value.find(' ') == std::string_view::npos && !has_control(value);
}

}  // namespace

void write_mail_command(std::string& line, const mail::Envelope& envelope, uint64_t size, bool smtputf8,
                        const Capabilities& offered) {
  line.append("MAIL FROM:<").append(envelope.sender).append(">");
  if (offered.size) line.append(" SIZE=").append(std::to_string(size));
  if (offered.eight_bit_mime && envelope.body != mail::BodyType::unspecified)
    line.append(envelope.body == mail::BodyType::seven_bit ? " BODY=7BIT" : " BODY=8BITMIME");
  if (offered.smtputf8 && smtputf8) line.append(" SMTPUTF8");
  if (offered.dsn && !envelope.ret.empty()) line.append(" RET=").append(envelope.ret);
  if (offered.dsn && !envelope.envid.empty()) line.append(" ENVID=").append(envelope.envid);
}

void write_rcpt_command(std::string& line, const mail::Recipient& recipient, const Capabilities& offered) {
  line.append("RCPT TO:<").append(recipient.address).append(">");
  if (offered.dsn && !recipient.notify.empty()) line.append(" NOTIFY=").append(recipient.notify);
  if (offered.dsn && !recipient.orcpt.empty()) line.append(" ORCPT=").append(recipient.orcpt);
}

std::vector<std::string> xforward_commands(const mail::Client& client, const Capabilities& offered) {
  std::vector<std::string> commands;
  for (const std::string& attribute : offered.xforward) {
    const std::string* value = value_of(attribute, client);
    if (!value) continue;
    std::string encoded = xtext_encode(attribute == "ADDR" ? forwarded_address(*value) : *value);
    if (encoded.empty() || encoded.size() > max_command / 2) encoded = unavailable;  // no server takes more than 255
    const size_t added = 1 + attribute.size() + 1 + encoded.size();
    if (commands.empty() || commands.back().size() + added > max_command) commands.push_back("XFORWARD");
    commands.back().append(" ").append(attribute).append("=").append(encoded);
  }
  return commands;
}

bool is_sendable(const mail::Envelope& envelope, const mail::Recipient& recipient) {
  return is_sendable_address(envelope.sender) && is_sendable_address(recipient.address) && !recipient.address.empty() &&
         is_sendable_parameter(envelope.ret) && is_sendable_parameter(envelope.envid) &&
         is_sendable_parameter(recipient.notify) && is_sendable_parameter(recipient.orcpt);
}

}  // namespace postern::smtp
