// SPDX-License-Identifier: MIT
#include "urls.h"

#include <algorithm>
#include <optional>
#include <string>

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

namespace postern::dnsbl {
namespace {

using support::equal_ignoring_case;
using support::is_digit;
using support::lower;

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
bool is_slash(char c) {
  return c == '/' || c == '\\';
}
bool is_space(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

// ---- text

// What stands at `at`, as it is or as an escape inside of another URL; its length, 0: something else.
size_t sign(std::string_view text, size_t at, std::string_view plain, std::string_view escaped) {
  if (at < text.size() && plain.find(text[at]) != std::string_view::npos) return 1;
  return equal_ignoring_case(text.substr(std::min(at, text.size()), 3), escaped) ? 3 : 0;
}

// "http://" and its like: where the authority begins; 0: no URL begins at `at`.
size_t behind_scheme(std::string_view text, size_t at) {
  for (const std::string_view scheme : {"https", "http", "ftp"}) {
    if (!equal_ignoring_case(text.substr(at, scheme.size()), scheme)) continue;
    size_t next = at + scheme.size();
    const size_t colon = sign(text, next, ":", "%3a");
    if (colon == 0) return 0;
    next += colon;
    for (int slashes = 0; slashes < 2; ++slashes) {
      const size_t length = sign(text, next, "/\\", "%2f");
      if (length == 0) return 0;
      next += length;
    }
    return next;
  }
  return 0;
}

// "www." where a word begins.
bool is_www(std::string_view text, size_t at) {
  if (!equal_ignoring_case(text.substr(at, 4), "www.")) return false;
  if (at == 0) return true;
  const char before = text[at - 1];
  return !is_letter(before) && !is_digit(before) && std::string_view("./\\-_@%").find(before) == std::string_view::npos;
}

std::optional<size_t> authority_begin(std::string_view text, size_t at) {
  const char c = lower(text[at]);
  if (c == 'w' && is_www(text, at)) return at;
  const size_t begin = c == 'h' || c == 'f' ? behind_scheme(text, at) : 0;
  return begin ? std::optional(begin) : std::nullopt;
}

// How far an authority in running text goes.
size_t authority_end(std::string_view text, size_t at) {
  constexpr std::string_view ends = "/\\?#<>\"'`(){}|^,;&";
  while (at < text.size() && !is_space(text[at]) && ends.find(text[at]) == std::string_view::npos) ++at;
  return at;
}

// Without the user, and without what a sentence puts behind a name: "http://example.com!".
std::string_view host_in_text(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const auto is_of_host = [](char c) {
    return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view(".-_%:[]").find(c) != std::string_view::npos;
  };
  return authority.substr(
      0, static_cast<size_t>(std::find_if_not(authority.begin(), authority.end(), is_of_host) - authority.begin()));
}

// ---- pages

// "&#46;", "&#x2e", "&amp;": those that can stand for a character of a URL. Others stay.
std::string without_entities(std::string_view text) {
  constexpr struct {
    std::string_view name;
    char character;
  } named[] = {{"amp;", '&'},    {"lt;", '<'},     {"gt;", '>'},    {"quot;", '"'},     {"apos;", '\''},
               {"nbsp;", ' '},   {"period;", '.'}, {"sol;", '/'},   {"colon;", ':'},    {"commat;", '@'},
               {"num;", '#'},    {"bsol;", '\\'},  {"Tab;", '\t'},  {"NewLine;", '\n'}, {"lowbar;", '_'},
               {"percnt;", '%'}, {"quest;", '?'},  {"equals;", '='}};
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest[0] != '&') {
      out += rest[0];
      ++i;
      continue;
    }
    if (rest.size() > 2 && rest[1] == '#') {
      const bool hexadecimal = lower(rest[2]) == 'x';
      size_t n = hexadecimal ? 3 : 2;
      const size_t first = n;
      uint32_t code = 0;
      for (int digit; n < rest.size() && (digit = support::hex_digit(rest[n])) >= 0 && (hexadecimal || digit < 10); ++n)
        code = std::min<uint32_t>(code * (hexadecimal ? 16 : 10) + static_cast<uint32_t>(digit), 0x110000);
      if (n > first) {
        support::append_utf8(out, code < 0x110000 ? code : 0xFFFD);
        i += n + (n < rest.size() && rest[n] == ';');
        continue;
      }
    }
    const auto* known = std::find_if(std::begin(named), std::end(named),
                                     [&](const auto& e) { return rest.substr(1).starts_with(e.name); });
    out += known == std::end(named) ? '&' : known->character;
    i += known == std::end(named) ? 1 : 1 + known->name.size();
  }
  return out;
}

bool holds_link(std::string_view attribute) {
  constexpr std::string_view names[] = {"href", "src",    "action", "formaction", "background",
                                        "data", "poster", "lowsrc", "dynsrc",     "xlink:href"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view n) { return equal_ignoring_case(n, attribute); });
}

// As browsers take a link: any number of slashes of both kinds, or "//host" alone. Empty: it leads nowhere else.
std::string_view authority_of_link(std::string_view link) {
  bool has_scheme = false;
  for (const std::string_view scheme : {"http:", "https:", "ftp:"})
    if (equal_ignoring_case(link.substr(0, scheme.size()), scheme)) {
      link.remove_prefix(scheme.size());
      has_scheme = true;
      break;
    }
  if (!has_scheme && !(link.size() > 2 && is_slash(link[0]) && is_slash(link[1]))) return {};
  while (!link.empty() && is_slash(link.front())) link.remove_prefix(1);
  return link.substr(0, link.find_first_of("/\\?#"));
}

// One pass over tags. What stands in comments is read as if it did not: some mail readers do.
class Page {
 public:
  Page(std::string_view page, const AuthoritySink& sink) : page_(page), sink_(sink) {}

  bool read() {
    size_t text_begin = 0;
    while (at_ < page_.size()) {
      const size_t open = std::min(page_.find('<', at_), page_.size());
      if (open + 1 >= page_.size() || !is_letter(page_[open + 1])) {
        at_ = open + 1;
        continue;
      }
      if (!text(page_.substr(text_begin, open - text_begin))) return false;
      at_ = open + 1;
      if (!tag()) return false;
      text_begin = at_;
    }
    return text(page_.substr(std::min(text_begin, page_.size())));
  }

 private:
  // As it stands it is read with all of the page.
  bool text(std::string_view run) {
    return run.find('&') == std::string_view::npos || urls_of_text(without_entities(run), sink_);
  }

  bool tag() {
    while (at_ < page_.size() && !is_space(page_[at_]) && page_[at_] != '>' && page_[at_] != '/') ++at_;
    while (at_ < page_.size() && page_[at_] != '>') {
      if (is_space(page_[at_]) || page_[at_] == '/') {
        ++at_;
        continue;
      }
      const size_t begin = at_++;  // an attribute may even begin with "="
      while (at_ < page_.size() && !is_space(page_[at_]) &&
             std::string_view("/>=").find(page_[at_]) == std::string_view::npos)
        ++at_;
      const std::string_view name = page_.substr(begin, at_ - begin);
      size_t next = at_;
      while (next < page_.size() && is_space(page_[next])) ++next;
      if (next >= page_.size() || page_[next] != '=') continue;
      at_ = next + 1;
      if (!attribute(name, value())) return false;
    }
    if (at_ < page_.size()) ++at_;
    return true;
  }

  std::string_view value() {
    while (at_ < page_.size() && is_space(page_[at_])) ++at_;
    if (at_ >= page_.size()) return {};
    const char quote = page_[at_];
    const bool quoted = quote == '"' || quote == '\'';
    const size_t begin = quoted ? at_ + 1 : at_;
    size_t end = begin;
    if (quoted)
      end = std::min(page_.find(quote, begin), page_.size());
    else
      while (end < page_.size() && !is_space(page_[end]) && page_[end] != '>') ++end;
    at_ = std::min(end + (quoted ? 1 : 0), page_.size());
    return page_.substr(begin, end - begin);
  }

  bool attribute(std::string_view name, std::string_view value) {
    std::string clean = without_entities(value);
    std::erase_if(clean, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
    clean.erase(0, static_cast<size_t>(std::find_if_not(clean.begin(), clean.end(), is_space) - clean.begin()));
    if (holds_link(name))
      if (const std::string_view authority = authority_of_link(clean); !authority.empty() && !sink_(authority))
        return false;
    return clean == value || urls_of_text(clean, sink_);
  }

  std::string_view page_;
  const AuthoritySink& sink_;
  size_t at_ = 0;
};

}  // namespace

bool urls_of_text(std::string_view text, const AuthoritySink& sink) {
  for (size_t at = 0; at < text.size();) {
    const auto begin = authority_begin(text, at);
    if (!begin) {
      ++at;
      continue;
    }
    const size_t end = authority_end(text, *begin);
    const std::string_view host = host_in_text(text.substr(*begin, end - *begin));
    if (!host.empty() && !sink(host)) return false;
    at = std::max(end, at + 1);
  }
  return true;
}

bool urls_of_page(std::string_view page, const AuthoritySink& sink) {
  return urls_of_text(page, sink) && Page(page, sink).read();
}

}  // namespace postern::dnsbl
