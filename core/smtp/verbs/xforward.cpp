// SPDX-License-Identifier: MIT
// XFORWARD name=value … (Postfix's XFORWARD_README): who brought the mail to the MTA in front of us, and how it is
// called there. Believed only where the settings say so. One bad value, and nothing of the command is taken.
#include "smtp/characters.h"
#include "smtp/session.h"
#include "smtp/verbs.h"
#include "smtp/xtext.h"

namespace postern::smtp::verbs {
namespace {

using mail::Client;

struct Attribute {
  std::string_view name;
  std::string Client::*member;
  size_t limit;  // octets, decoded
};

constexpr Attribute attributes[] = {
    {"NAME", &Client::name, 255},     {"ADDR", &Client::address, 255}, {"PORT", &Client::port, 5},
    {"PROTO", &Client::protocol, 64}, {"HELO", &Client::helo, 255},    {"IDENT", &Client::ident, 255},
    {"SOURCE", &Client::source, 255},
};

// nullopt: cannot be. Empty: "[UNAVAILABLE]", in any case of letters.
std::optional<std::string> read_value(const Attribute& attribute, std::string_view text) {
  if (equals_ignoring_case(text, "[UNAVAILABLE]")) return std::string();
  std::optional<std::string> value = xtext_decode(text);
  if (!value || value->empty() || has_control(*value)) return std::nullopt;
  if (value->size() > attribute.limit) return std::nullopt;
  if (attribute.name == "PORT" && !std::all_of(value->begin(), value->end(), is_digit)) return std::nullopt;
  // As in an address literal; everybody who compares addresses wants it without.
  constexpr std::string_view prefix = "IPv6:";
  if (attribute.name == "ADDR" && equals_ignoring_case(value->substr(0, prefix.size()), prefix))
    value->erase(0, prefix.size());
  return value;
}

const Attribute* find_attribute(std::string_view name) {
  for (const Attribute& one : attributes)
    if (equals_ignoring_case(one.name, name)) return &one;
  return nullptr;
}

}  // namespace

Answer xforward(Session& session, std::string_view argument) {
  using mail::Reply;
  if (!session.settings.xforward) return Reply{550, "5.7.1", "Not authorised"};
  if (session.in_transaction) return Reply{503, "5.5.1", "A transaction is under way"};
  if (argument.empty()) return Reply{501, "5.5.4", "Syntax: XFORWARD attribute=value"};

  Client client = session.client;
  for (std::string_view word = next_word(argument); !word.empty(); word = next_word(argument)) {
    const size_t equals = word.find('=');
    const Attribute* const attribute = find_attribute(word.substr(0, equals));
    if (!attribute || equals == std::string_view::npos) return Reply{501, "5.5.4", "Unknown XFORWARD attribute"};
    std::optional<std::string> value = read_value(*attribute, word.substr(equals + 1));
    if (!value) return Reply{501, "5.5.4", "Bad value of XFORWARD attribute " + std::string(attribute->name)};
    client.*(attribute->member) = std::move(*value);
  }
  session.client = std::move(client);
  return Reply{250, "2.0.0", "Ok"};
}

}  // namespace postern::smtp::verbs
