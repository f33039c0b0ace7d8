// SPDX-License-Identifier: MIT
#include "smtp/parameters.h"

#include <charconv>
#include <span>

#include "smtp/characters.h"
#include "smtp/xtext.h"

namespace postern::smtp {
namespace {

constexpr size_t envid_limit = 100;  // RFC 3461 4.4
constexpr size_t orcpt_limit = 500;  // RFC 3461 4.2
constexpr size_t auth_limit = 500;   // RFC 4954 5
constexpr size_t size_digits = 20;   // RFC 1870 6

using Value = std::optional<std::string_view>;  // empty: no '=' was there

template <class Target>
struct Parameter {
  std::string_view keyword;
  bool (*read)(const Value& value, Target& target);  // false: the value is not of its grammar
};

mail::Reply bad_value(std::string_view keyword) {
  return {501, "5.5.4", "Bad value of parameter " + std::string(keyword)};
}

// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
bool is_keyword(std::string_view word) {
  return !word.empty() && word.front() != '-' &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// Mail-parameters = esmtp-param *(SP esmtp-param); each keyword once, at most.
template <class Target>
std::optional<mail::Reply> read_parameters(std::string_view text, std::span<const Parameter<Target>> known,
                                           Target& target) {
  if (!text.empty() && text.front() != ' ') return mail::Reply{501, "5.5.4", "Syntax error after the path"};
  uint32_t seen = 0;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    const size_t equals = word.find('=');
    const std::string_view keyword = word.substr(0, equals);
    if (!is_keyword(keyword)) return mail::Reply{501, "5.5.4", "Syntax error in parameters"};
    const auto row = std::find_if(known.begin(), known.end(),
                                  [&](const auto& one) { return equals_ignoring_case(one.keyword, keyword); });
    if (row == known.end())
      return mail::Reply{555, "5.5.4", "Unsupported parameter " + std::string(keyword.substr(0, 64))};
    const uint32_t bit = 1u << (row - known.begin());
    const Value value = equals == std::string_view::npos ? Value{} : Value{word.substr(equals + 1)};
    if ((seen & bit) != 0 || (value && value->empty()) || !row->read(value, target)) return bad_value(row->keyword);
    seen |= bit;
  }
  return std::nullopt;
}

// RFC 1870 4: more than 64 bits hold is a size, too, and larger than every limit.
bool read_size(const Value& value, mail::Envelope& envelope) {
  if (!value || value->size() > size_digits || !std::all_of(value->begin(), value->end(), is_digit)) return false;
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), size);
  envelope.declared_size = error == std::errc::result_out_of_range ? UINT64_MAX : size;
  return true;
}

bool read_body(const Value& value, mail::Envelope& envelope) {
  if (!value) return false;
  if (equals_ignoring_case(*value, "7BIT"))
    envelope.body = mail::BodyType::seven_bit;
  else if (equals_ignoring_case(*value, "8BITMIME"))
    envelope.body = mail::BodyType::eight_bit_mime;
  else
    return false;
  return true;
}

bool read_smtputf8(const Value& value, mail::Envelope& envelope) {
  envelope.smtputf8 = true;
  return !value;
}

bool read_ret(const Value& value, mail::Envelope& envelope) {
  if (!value) return false;
  envelope.ret = uppercase(*value);
  return envelope.ret == "FULL" || envelope.ret == "HDRS";
}

// Kept as it came, but what it says when decoded must be fit for a header field: it will stand in a DSN.
bool is_harmless_xtext(std::string_view text) {
  const std::optional<std::string> decoded = xtext_decode(text);
  return decoded && !has_control(*decoded);
}

bool read_envid(const Value& value, mail::Envelope& envelope) {
  if (!value || value->size() > envid_limit || !is_harmless_xtext(*value)) return false;
  envelope.envid = *value;
  return true;
}

bool read_auth(const Value& value, mail::Envelope&) {
  return value && value->size() <= auth_limit && (*value == "<>" || is_harmless_xtext(*value));
}

// "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" )
bool read_notify(const Value& value, mail::Recipient& recipient) {
  if (!value) return false;
  const std::string list = uppercase(*value);
  uint32_t seen = 0;
  for (std::string_view rest = list; list != "NEVER";) {
    const size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const uint32_t bit = word == "SUCCESS" ? 1 : word == "FAILURE" ? 2 : word == "DELAY" ? 4 : 0;
    if (bit == 0 || (seen & bit) != 0) return false;
    seen |= bit;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  recipient.notify = list;
  return true;
}

// addr-type ";" xtext; with SMTPUTF8 the address may be plain UTF-8 (RFC 6533 3).
bool read_orcpt(const Value& value, mail::Recipient& recipient) {
  if (!value || value->size() > orcpt_limit) return false;
  const size_t semicolon = value->find(';');
  if (semicolon == 0 || semicolon == std::string_view::npos) return false;
  const std::string_view type = value->substr(0, semicolon), address = value->substr(semicolon + 1);
  if (!std::all_of(type.begin(), type.end(), is_atext) || address.empty()) return false;
  const bool is_unitext = !is_ascii(address) && equals_ignoring_case(type, "utf-8");
  if (is_unitext ? has_control(address) : !is_harmless_xtext(address)) return false;
  recipient.orcpt = *value;
  return true;
}

constexpr Parameter<mail::Envelope> of_mail[] = {
    {"SIZE", read_size}, {"BODY", read_body},   {"SMTPUTF8", read_smtputf8},
    {"RET", read_ret},   {"ENVID", read_envid}, {"AUTH", read_auth},
};
constexpr Parameter<mail::Recipient> of_recipient[] = {{"NOTIFY", read_notify}, {"ORCPT", read_orcpt}};

}  // namespace

std::optional<mail::Reply> read_mail_parameters(std::string_view text, mail::Envelope& envelope) {
  return read_parameters<mail::Envelope>(text, of_mail, envelope);
}

std::optional<mail::Reply> read_recipient_parameters(std::string_view text, bool smtputf8, mail::Recipient& recipient) {
  if (auto refusal = read_parameters<mail::Recipient>(text, of_recipient, recipient)) return refusal;
  if (!smtputf8 && !is_ascii(recipient.orcpt)) return bad_value("ORCPT");
  return std::nullopt;
}

}  // namespace postern::smtp
