// SPDX-License-Identifier: MIT
#include "mail/facts.h"

#include <array>
#include <utility>

namespace postern::mail {
namespace {

std::string address_of(const Client& client, const std::string& peer) { return client.address.empty() ? peer : client.address; }

}  // namespace

bool fact(const ReceivedMail& mail, std::string_view name, uint32_t nth, std::string* value) {
  constexpr std::string_view header = "header.";
  if (name == "mail.rcpt") {
    if (nth >= mail.envelope.recipients.size()) return false;
    *value = mail.envelope.recipients[nth].address;
    return true;
  }
  if (name.starts_with(header)) {
    *value = header_field(mail.content.bytes(), name.substr(header.size()), nth);
    return !value->empty();
  }
  if (nth > 0) return false;
  if (name == "mail.from") *value = mail.envelope.sender;
  else if (name == "mail.id") *value = mail.mail_id;
  else if (name == "mail.size") *value = std::to_string(mail.content.size());
  else if (name == "mail.queue-id") *value = mail.client.ident;
  else if (name == "client.addr") *value = address_of(mail.client, mail.peer);
  else if (name == "client.name") *value = mail.client.name;
  else if (name == "client.helo") *value = mail.client.helo;
  else return false;
  return true;
}

}  // namespace postern::mail
