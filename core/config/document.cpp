// SPDX-License-Identifier: MIT
#include "config/document.h"

#include <stdexcept>

// Of some broken keys the library assumes what it has not checked, which in a release build is undefined behaviour. Here its
// assumptions are exceptions, in every build.
namespace postern::config {
[[noreturn]] static void surprise() { throw std::logic_error("cannot be understood"); }
}  // namespace postern::config
#undef NDEBUG
#define TOML_ASSERT(expr) ((expr) ? static_cast<void>(0) : postern::config::surprise())
#include <toml++/toml.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace postern::config {
namespace {

base::Origin origin_of(const toml::source_region& region, const std::string& file) {
  return {file, region.begin.line, region.begin.column};
}

Node tree(const toml::node& from, const std::string& file);

// The library keeps its tables by name; the order of the file is what an administrator means.
std::vector<Member> members_of(const toml::table& from, const std::string& file) {
  std::vector<Member> members;
  members.reserve(from.size());
  for (const auto& [key, value] : from)
    members.push_back({std::string(key.str()), origin_of(key.source(), file), tree(value, file)});
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.origin.line, a.origin.column) < std::tie(b.origin.line, b.origin.column);
  });
  return members;
}

Node tree(const toml::node& from, const std::string& file) {
  Node node;
  node.origin = origin_of(from.source(), file);
  switch (from.type()) {
    case toml::node_type::table:
      node.kind = Node::Kind::table;
      node.members = members_of(*from.as_table(), file);
      break;
    case toml::node_type::array:
      node.kind = Node::Kind::list;
      for (const toml::node& item : *from.as_array()) node.items.push_back(tree(item, file));
      break;
    case toml::node_type::string:
      node.kind = Node::Kind::text;
      node.text = from.as_string()->get();
      break;
    case toml::node_type::integer:
      node.kind = Node::Kind::integer;
      node.integer = from.as_integer()->get();
      break;
    case toml::node_type::boolean:
      node.kind = Node::Kind::boolean;
      node.boolean = from.as_boolean()->get();
      break;
    case toml::node_type::floating_point:
      node.kind = Node::Kind::real;
      node.real = from.as_floating_point()->get();
      break;
    case toml::node_type::none:
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      node.kind = Node::Kind::date;
      break;
  }
  return node;
}

}  // namespace

const Member* Node::find(std::string_view wanted) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.name == wanted; });
  return found == members.end() ? nullptr : &*found;
}

const char* name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::real:
      return "a number with a fraction";
    case Node::Kind::text:
      return "text";
    case Node::Kind::date:
      return "a date";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::table:
      return "a table";
  }
  return "something else";
}

// Where an assumption fails, there is no place: it is in the first line that makes it fail.
uint32_t line_of_surprise(std::string_view text) {
  uint32_t line = 1;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1), ++line) {
    try {
      std::ignore = toml::parse(text.substr(0, end + 1));
    } catch (const toml::parse_error&) {
      continue;  // a value may go on in the next line
    } catch (const std::logic_error&) {
      return line;
    }
  }
  return line;
}

std::variant<Node, base::Problem> parse(std::string_view text, const std::string& file) {
  try {
    return tree(toml::parse(text), file);
  } catch (const std::logic_error& surprise) {
    return base::Problem{base::Problem::Severity::error, "CONFIG-SYNTAX", {file, line_of_surprise(text), 1}, surprise.what(), {}};
  } catch (const toml::parse_error& error) {
    return base::Problem{base::Problem::Severity::error,
                         "CONFIG-SYNTAX",
                         origin_of(error.source(), file),
                         base::log::printable(error.description()),
                         {}};
  }
}

void overlay(Node& earlier, Node later) {
  for (Member& member : later.members) {
    const auto known = std::find_if(earlier.members.begin(), earlier.members.end(),
                                    [&](const Member& other) { return other.name == member.name; });
    if (known == earlier.members.end()) {
      earlier.members.push_back(std::move(member));
      continue;
    }
    Node& value = known->value;
    if (value.kind == Node::Kind::table && member.value.kind == Node::Kind::table) {
      overlay(value, std::move(member.value));
    } else if (value.kind == Node::Kind::list && member.value.kind == Node::Kind::list && member.name == "listen") {
      value.items.insert(value.items.end(), std::make_move_iterator(member.value.items.begin()),
                         std::make_move_iterator(member.value.items.end()));
    } else {
      *known = std::move(member);
    }
  }
}

}  // namespace postern::config
