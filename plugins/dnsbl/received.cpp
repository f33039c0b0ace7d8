// SPDX-License-Identifier: MIT
#include "received.h"

#include <algorithm>
#include <string>

#include <postern/support/ascii.h>
#include <postern/support/header_fields.h>

namespace postern::dnsbl {
namespace {

using support::equal_ignoring_case;

class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) { skip_white(); }

  bool is_at(char c) const { return rest_.starts_with(c); }
  // Up to white space or a parenthesis; empty where there is none.
  std::string_view word() {
    const size_t end = std::min(rest_.find_first_of(" \t\r\n();"), rest_.size());
    return take(end);
  }
  // With its parentheses, nested ones inside; empty: it has no end.
  std::string_view comment() {
    const size_t end = support::comment_end(rest_, 0);
    return end == std::string_view::npos ? std::string_view() : take(end);
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view take(size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    skip_white();
    return taken;
  }
  void skip_white() {
    while (!rest_.empty() && support::is_white(rest_.front())) rest_.remove_prefix(1);
  }
  std::string_view rest_;
};

// "[192.0.2.1]", "[IPv6:2001:db8::1]", and without the tag, as some write it.
std::optional<Address> literal(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']') || text.size() < 3) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const bool tagged = text.size() > 5 && equal_ignoring_case(text.substr(0, 5), "IPv6:");
  if (tagged) text.remove_prefix(5);
  if (tagged && text.find(':') == std::string_view::npos) return std::nullopt;
  return Address::parse(text);
}

// Where others would put the name that the host looked up, some put what the client says of itself, and what follows is
// the client's as well.
bool is_clients_word(std::string_view name) {
  return name.find('=') != std::string_view::npos || equal_ignoring_case(name, "HELO") ||
         equal_ignoring_case(name, "EHLO");
}

// TCP-info: a literal, or a name and a literal, then whatever the host has to add: "(may be forged)", "helo=x". Or an
// address and nothing else, as Exchange writes it.
std::optional<Address> tcp_info(std::string_view comment) {
  Words words(comment.substr(1, comment.size() - 2));
  std::string_view first = words.word();
  if (words.rest().empty() && !first.starts_with('[')) return Address::parse(first);
  if (!first.starts_with('[')) {
    if (is_clients_word(first)) return std::nullopt;
    first = words.word();
  }
  // Exim adds the port: "[192.0.2.1]:4711".
  if (const size_t port = first.find("]:"); port != std::string_view::npos && port + 2 < first.size() &&
                                            first.find_first_not_of("0123456789", port + 2) == std::string_view::npos)
    first = first.substr(0, port + 1);
  return literal(first);
}

}  // namespace

ReceivedField read_received(std::string_view value) {
  const ReceivedField unreadable;
  Words words(value);
  const std::string_view first = words.word();
  if (equal_ignoring_case(first, "by"))
    return words.word().empty() ? unreadable : ReceivedField{ReceivedField::Kind::from_here, {}};
  if (!equal_ignoring_case(first, "from") || words.word().empty() || !words.is_at('(')) return unreadable;
  const std::string_view comment = words.comment();
  if (comment.empty()) return unreadable;
  const auto address = tcp_info(comment);
  if (!address) return unreadable;
  while (words.is_at('('))
    if (words.comment().empty()) return unreadable;
  if (!equal_ignoring_case(words.word(), "by") || words.word().empty()) return unreadable;
  return {ReceivedField::Kind::from_client, *address};
}

}  // namespace postern::dnsbl
