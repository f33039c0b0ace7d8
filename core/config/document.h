// SPDX-License-Identifier: MIT
// A configuration file as a plain tree in which every key and value knows its place. TOML comes in, the tree goes out;
// nobody else sees the TOML library. Broken syntax is a problem with its place, never an exception.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/origin.h"

namespace postern::config {

struct Member;

struct Node {
  enum class Kind { boolean, integer, real, text, date, list, table };
  Kind kind = Kind::table;
  base::Origin origin;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<Node> items;      // of a list
  std::vector<Member> members;  // of a table, in the order of the file

  const Member* find(std::string_view name) const;
};

struct Member {
  std::string name;
  base::Origin origin;  // of the key
  Node value;
};

const char* name(Node::Kind kind);  // for people, with its article: "an integer"

// file: the name printed in origins.
std::variant<Node, base::Problem> parse(std::string_view text, const std::string& file);

// Lays a later file over an earlier one. Tables merge key by key, [[listen]] adds, everything else is replaced.
void overlay(Node& earlier, Node later);

}  // namespace postern::config
