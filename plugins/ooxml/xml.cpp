// SPDX-License-Identifier: MIT
#include "xml.h"

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

#include <algorithm>
#include <charconv>

namespace ooxml {
namespace {

using namespace std::string_view_literals;
using postern::support::is_white;

std::string_view without_prefix(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

bool ends_name(char c) {
  return is_white(c) || c == '/' || c == '>' || c == '=';
}

std::string swapped(std::string_view text) {
  std::string out(text.substr(0, text.size() / 2 * 2));
  for (size_t n = 0; n + 1 < out.size(); n += 2) std::swap(out[n], out[n + 1]);
  return out;
}

}  // namespace

std::string_view utf8(std::string_view bytes, std::string& own) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("<\0"sv))
    own = postern::support::utf8_of_utf16(bytes);
  else if (bytes.starts_with("\xfe\xff") || bytes.starts_with("\0<"sv))
    own = postern::support::utf8_of_utf16(swapped(bytes));
  else
    return bytes;
  return own;
}

bool Xml::next(Token& out) {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest.front() != '<') {
      out = {};
      out.text = rest.substr(0, rest.find('<'));
      at_ += out.text.size();
      return true;
    }
    const std::string_view end = rest.starts_with("<!--") ? "-->"sv : rest.starts_with("<?") ? "?>"sv : ""sv;
    if (rest.starts_with("<![CDATA[")) {
      const size_t close = std::min(rest.find("]]>"), rest.size());
      out = {};
      out.text = rest.substr(9, close - std::min<size_t>(9, close));
      at_ += std::min(close + 3, rest.size());
      return true;
    }
    if (!end.empty()) {
      const size_t close = rest.find(end);
      at_ = close == rest.npos ? text_.size() : at_ + close + end.size();
      continue;
    }
    return tag(out);
  }
  return false;
}

// A ">" inside a quoted value ends nothing.
bool Xml::tag(Token& out) {
  const size_t from = at_ + 1;
  char quote = 0;
  for (at_ = from; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'')
      quote = c;
    else if (c == '>')
      break;
  }
  std::string_view body = text_.substr(from, at_ - from);
  at_ = std::min(at_ + 1, text_.size());
  out = {};
  out.kind = body.starts_with('/') ? Token::Kind::close : Token::Kind::open;
  if (out.kind == Token::Kind::close) body.remove_prefix(1);
  out.is_empty = body.ends_with('/');
  const size_t name_end = static_cast<size_t>(std::find_if(body.begin(), body.end(), ends_name) - body.begin());
  out.name = without_prefix(body.substr(0, name_end));
  out.inside = body.substr(name_end);
  return true;
}

std::optional<std::string> attribute(const Token& tag, std::string_view name) {
  std::string_view rest = tag.inside;
  for (;;) {
    while (!rest.empty() && (is_white(rest.front()) || rest.front() == '/')) rest.remove_prefix(1);
    const size_t equals = rest.find('=');
    if (equals == rest.npos) return std::nullopt;
    const std::string_view found = without_prefix(postern::support::trim(rest.substr(0, equals)));
    rest = rest.substr(equals + 1);
    while (!rest.empty() && is_white(rest.front())) rest.remove_prefix(1);
    if (rest.empty()) return std::nullopt;
    const char quote = rest.front();
    if (quote != '"' && quote != '\'') return std::nullopt;
    const size_t end = rest.find(quote, 1);
    const std::string_view value = rest.substr(1, end == rest.npos ? rest.npos : end - 1);
    if (found == name) return resolved(value);
    if (end == rest.npos) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

std::string resolved(std::string_view text) {
  static constexpr std::pair<std::string_view, char> named[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  constexpr size_t longest = 12;
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t end = text[at] == '&' ? text.substr(at, longest).find(';') : text.npos;
    if (end == text.npos) {
      out += text[at];
      continue;
    }
    const std::string_view reference = text.substr(at + 1, end - 1);
    const auto known =
        std::find_if(std::begin(named), std::end(named), [&](const auto& n) { return n.first == reference; });
    if (known != std::end(named)) {
      out += known->second;
    } else if (reference.starts_with('#')) {
      const bool is_hex = reference.starts_with("#x");
      uint32_t code = 0;
      const std::string_view digits = reference.substr(is_hex ? 2 : 1);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
      postern::support::append_utf8(out, code & 0x1FFFFF);
    } else {
      out += text.substr(at, end + 1);
    }
    at += end;
  }
  return out;
}

}  // namespace ooxml
