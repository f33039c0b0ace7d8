// SPDX-License-Identifier: MIT
#include "smtp/address.h"

#include <arpa/inet.h>

#include <array>
#include <string>

#include "base/utf8.h"
#include "smtp/characters.h"

namespace postern::smtp {
namespace {

constexpr size_t domain_limit = 255;  // RFC 5321 4.5.3.1.2

// Each take_ function reads one production from the front of the text, or leaves it alone and says false.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A-d-l = At-domain *( "," At-domain ), and the ":" behind it
  bool take_source_route() {
    do {
      if (!take('@') || !take_domain()) return false;
    } while (take(','));
    return take(':');
  }

  // Mailbox = Local-part "@" ( Domain / address-literal )
  bool take_mailbox() { return take_local_part() && take('@') && (take_literal() || take_domain()); }

 private:
  bool take_local_part() {
    return !rest_.empty() && rest_.front() == '"' ? take_quoted_string() : take_dots_and_atoms();
  }

  // Dot-string = Atom *("." Atom), but with dots wherever they are: "a..b." is somebody's address.
  bool take_dots_and_atoms() {
    return take_while(
        [](const base::Utf8& c) { return c.code >= 0x80 || is_atext(static_cast<char>(c.code)) || c.code == '.'; });
  }

  // Quoted-string = DQUOTE *( qtextSMTP / "\" %d32-126 ) DQUOTE
  bool take_quoted_string() {
    take('"');
    for (;;) {
      take_while([](const base::Utf8& c) { return c.code >= ' ' && c.code != '"' && c.code != '\\'; });
      if (take('"')) return true;
      if (!take('\\') || rest_.empty() || rest_.front() < ' ' || rest_.front() > '~') return false;
      rest_.remove_prefix(1);
    }
  }

  // Domain = sub-domain *("." sub-domain)
  bool take_domain() {
    const size_t before = rest_.size();
    do {
      if (!take_while([](const base::Utf8& c) {
            return c.code >= 0x80 || is_alnum(static_cast<char>(c.code)) || c.code == '-' || c.code == '_';
          }))
        return false;
    } while (take('.'));
    return before - rest_.size() <= domain_limit;
  }

  // "[" ( IPv4 / "IPv6:" IPv6 / Standardized-tag ":" 1*dcontent ) "]"
  bool take_literal() {
    if (rest_.empty() || rest_.front() != '[') return false;
    const size_t end = rest_.find(']');
    if (end == std::string_view::npos || !is_literal(rest_.substr(1, end - 1))) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  static bool is_literal(std::string_view text) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return is_ip(AF_INET, text);
    const std::string_view tag = text.substr(0, colon), content = text.substr(colon + 1);
    if (equals_ignoring_case(tag, "IPv6")) return is_ip(AF_INET6, content);
    Cursor in_tag(tag), in_content(content);
    in_tag.take_while(
        [](const base::Utf8& c) { return c.code < 0x80 && (is_alnum(static_cast<char>(c.code)) || c.code == '-'); });
    in_content.take_while(
        [](const base::Utf8& c) { return c.code > ' ' && c.code < 0x7f && (c.code < '[' || c.code > ']'); });
    return !tag.empty() && tag.back() != '-' && in_tag.at_end() && !content.empty() && in_content.at_end();
  }

  static bool is_ip(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address;
    return text.find('\0') == std::string_view::npos &&
           ::inet_pton(family, std::string(text).c_str(), address.data()) == 1;
  }

  // One or more valid characters that are no controls and that the predicate likes.
  template <class Likes>
  bool take_while(Likes likes) {
    const size_t before = rest_.size();
    while (!rest_.empty()) {
      const base::Utf8 c = base::next_utf8(rest_);
      if (!c.valid || is_control(c.code) || !likes(c)) break;
      rest_.remove_prefix(c.length);
    }
    return rest_.size() < before;
  }

  std::string_view rest_;
};

enum class Also { null_path, postmaster };

// Path = "<" [ A-d-l ":" ] Mailbox ">". Blanks before it are against RFC 5321 3.3 and harmless.
std::optional<Path> parse_path(std::string_view text, Also also) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  constexpr std::string_view postmaster = "postmaster";
  if (also == Also::null_path && text.starts_with("<>")) return Path{{}, text.substr(2)};
  if (also == Also::postmaster && equals_ignoring_case(text.substr(0, 12), "<postmaster>"))
    return Path{text.substr(1, postmaster.size()), text.substr(postmaster.size() + 2)};

  Cursor cursor(text);
  if (!cursor.take('<')) return std::nullopt;
  if (cursor.rest().starts_with('@') && !cursor.take_source_route()) return std::nullopt;
  const std::string_view from_mailbox = cursor.rest();
  if (!cursor.take_mailbox()) return std::nullopt;
  const std::string_view mailbox = from_mailbox.substr(0, from_mailbox.size() - cursor.rest().size());
  if (!cursor.take('>')) return std::nullopt;
  return Path{mailbox, cursor.rest()};
}

}  // namespace

std::optional<Path> parse_reverse_path(std::string_view text) {
  return parse_path(text, Also::null_path);
}

std::optional<Path> parse_forward_path(std::string_view text) {
  return parse_path(text, Also::postmaster);
}

bool is_mailbox(std::string_view text) {
  Cursor cursor(text);
  return cursor.take_mailbox() && cursor.at_end();
}

}  // namespace postern::smtp
