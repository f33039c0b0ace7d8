// SPDX-License-Identifier: MIT
#include "config/value.h"

#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "base/suggest.h"
#include "config/units.h"

namespace postern::config {
namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : ", ") + in_quotes(word);
  return line;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto near = base::suggest(word, known);
  return near ? "did you mean " + in_quotes(*near) + "?" : std::string();
}

std::string outside(const std::string& least, const std::string& most) {
  return "must be between " + least + " and " + most;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  return '"' + base::log::printable(text) + '"';
}

bool is_name(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 64 && text[0] != '-' && std::all_of(text.begin(), text.end(), plain);
}

Value Value::member(const Member& member) const {
  return Value(path_.empty() ? member.name : path_ + '.' + member.name, member.value, *problems_);
}

void Value::boolean(bool& into) const {
  if (is(Node::Kind::boolean)) into = node_->boolean;
}

void Value::count(uint32_t& into, uint32_t least, uint32_t most) const {
  if (!is(Node::Kind::integer)) return;
  if (node_->integer < least || node_->integer > most)
    return fail("CONFIG-RANGE", outside(std::to_string(least), std::to_string(most)));
  into = static_cast<uint32_t>(node_->integer);
}

void Value::points(int32_t& into) const {
  constexpr double most = 1000;  // an engine's usual blacklist entry gives 100
  if (node_->kind != Node::Kind::integer && node_->kind != Node::Kind::real)
    return fail("CONFIG-TYPE", std::string("must be a number of points, not ") + config::name(node_->kind), "examples: 6.31, 12, -0.5");
  const double points = node_->kind == Node::Kind::integer ? static_cast<double>(node_->integer) : node_->real;
  if (!(points >= -most && points <= most)) return fail("CONFIG-RANGE", outside("-1000", "1000"));
  into = static_cast<int32_t>(std::lround(points * 1000));
}

void Value::size(uint64_t& into, uint64_t least, uint64_t most) const {
  const auto out_of_range = [&] { fail("CONFIG-RANGE", outside(size_text(least), size_text(most))); };
  uint64_t bytes = 0;
  if (node_->kind == Node::Kind::integer) {
    if (node_->integer < 0) return out_of_range();
    bytes = static_cast<uint64_t>(node_->integer);
  } else if (node_->kind == Node::Kind::text) {
    const auto parsed = parse_size(node_->text);
    if (!parsed)
      return fail("CONFIG-VALUE", in_quotes(node_->text) + " is not a size",
                  R"(examples: 65536, "64k", "64M", "64MiB", "1G"; units are powers of 1024)");
    bytes = *parsed;
  } else {
    return fail("CONFIG-TYPE", std::string("must be a size, not ") + config::name(node_->kind),
                R"(examples: 65536, "64k", "64M", "64MiB", "1G")");
  }
  if (bytes < least || bytes > most) return out_of_range();
  into = bytes;
}

void Value::duration(std::chrono::milliseconds& into, std::chrono::milliseconds least,
                     std::chrono::milliseconds most) const {
  constexpr const char* examples = R"(examples: "500ms", "30s", "5m", "2h")";
  if (node_->kind == Node::Kind::integer)
    return fail("CONFIG-TYPE", "a duration needs its unit",
                "write it as text with a unit: \"" + std::to_string(node_->integer) + "s\" for seconds");
  if (node_->kind != Node::Kind::text)
    return fail("CONFIG-TYPE", std::string("must be a duration, not ") + config::name(node_->kind), examples);
  const auto parsed = parse_duration(node_->text);
  if (!parsed) return fail("CONFIG-VALUE", in_quotes(node_->text) + " is not a duration", examples);
  if (*parsed < least || *parsed > most)
    return fail("CONFIG-RANGE", outside(duration_text(least), duration_text(most)));
  into = *parsed;
}

void Value::text(std::string& into) const {
  if (!is(Node::Kind::text)) return;
  if (has_control(node_->text)) return fail("CONFIG-VALUE", "must not hold control characters");
  into = node_->text;
}

void Value::name(std::string& into) const {
  if (!is(Node::Kind::text)) return;
  if (!is_name(node_->text))
    return fail("CONFIG-VALUE", in_quotes(node_->text) + " is not a name", "letters, digits, '-' and '_', at most 64");
  into = node_->text;
}

void Value::optional_name(std::string& into) const {
  if (node_->kind == Node::Kind::text && node_->text.empty())
    into.clear();
  else
    name(into);
}

void Value::directory(std::string& into) const {
  if (node_->kind == Node::Kind::text && node_->text.empty()) return fail("CONFIG-VALUE", "must not be empty");
  file(into);
}

void Value::file(std::string& into) const {
  if (!is(Node::Kind::text)) return;
  if (has_control(node_->text)) return fail("CONFIG-VALUE", "must not hold control characters");
  if (!node_->text.empty() && node_->text[0] != '/')
    return fail("CONFIG-VALUE", in_quotes(node_->text) + " is not an absolute path", "begin it with \"/\"");
  into = node_->text;
}

void Value::ranges(std::vector<policy::Cidr>& into) const {
  std::vector<policy::Cidr> parsed;
  for (const Value& text : texts()) {
    if (const auto range = policy::Cidr::parse(text.node().text))
      parsed.push_back(*range);
    else
      text.fail("CONFIG-VALUE", in_quotes(text.node().text) + " is not an address or a range of addresses",
                R"(examples: "127.0.0.0/8", "192.0.2.7", "2001:db8::/32"; the bits behind the mask must be zero)");
  }
  into = std::move(parsed);
}

std::vector<Value> Value::texts() const {
  std::vector<Value> all;
  if (node_->kind == Node::Kind::text)
    all.push_back(*this);
  else if (node_->kind != Node::Kind::list)
    fail("CONFIG-TYPE", std::string("must be text or a list of texts, not ") + config::name(node_->kind));
  for (const Node& item : node_->items) {
    const Value value = this->item(item);
    if (value.is(Node::Kind::text)) all.push_back(value);
  }
  return all;
}

bool Value::is(Node::Kind kind) const {
  if (node_->kind == kind) return true;
  fail("CONFIG-TYPE", std::string("must be ") + config::name(kind) + ", not " + config::name(node_->kind));
  return false;
}

void Value::fail(const char* id, const std::string& text, const std::string& hint) const {
  const std::string key = base::log::printable(path_);
  problems_->push_back({base::Problem::Severity::error, id, node_->origin, key + ": " + text, hint});
}

void Value::unknown(const Member& member, const std::vector<std::string>& known) const {
  const std::string where = path_.empty() ? std::string() : " in [" + base::log::printable(path_) + "]";
  problems_->push_back({base::Problem::Severity::error, "CONFIG-UNKNOWN-KEY", member.origin,
                        "unknown key " + in_quotes(member.name) + where, did_you_mean(member.name, known)});
}

size_t Value::choose(const std::vector<std::string>& words) const {
  if (!is(Node::Kind::text)) return words.size();
  const auto found = std::find(words.begin(), words.end(), node_->text);
  if (found == words.end())
    fail("CONFIG-VALUE", in_quotes(node_->text) + " is none of " + joined(words), did_you_mean(node_->text, words));
  return static_cast<size_t>(found - words.begin());
}

}  // namespace postern::config
