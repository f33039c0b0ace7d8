// SPDX-License-Identifier: MIT
// One value of the configuration, read as what it should be. A value of the wrong type, out of range or not understood
// leaves the target as it was and adds a problem with its place.
#pragma once
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/origin.h"
#include "config/document.h"
#include "policy/policy.h"

namespace postern::config {

using Problems = std::vector<base::Problem>;

class Value {
 public:
  // path: the key as it is documented, "receive.size-limit"; empty: the whole configuration. Everything is lent.
  Value(std::string path, const Node& node, Problems& problems)
      : path_(std::move(path)), node_(&node), problems_(&problems) {}

  const Node& node() const { return *node_; }
  const std::string& path() const { return path_; }
  Value member(const Member& member) const;
  Value item(const Node& item) const { return Value(path_, item, *problems_); }

  void boolean(bool& into) const;
  void count(uint32_t& into, uint32_t least, uint32_t most) const;
  void size(uint64_t& into, uint64_t least, uint64_t most) const;
  void duration(std::chrono::milliseconds& into, std::chrono::milliseconds least, std::chrono::milliseconds most) const;
  void points(int32_t& into) const;    // of spam, "6.31"; kept in 1/1000
  void text(std::string& into) const;  // one line: no control characters
  void name(std::string& into) const;  // of a user
  void optional_name(std::string& into) const;
  void file(std::string& into) const;       // absolute path, or empty for none
  void directory(std::string& into) const;  // absolute path
  void ranges(std::vector<policy::Cidr>& into) const;
  template <class Choice>
  void choice(Choice& into, std::initializer_list<std::pair<const char*, Choice>> choices) const;

  std::vector<Value> texts() const;  // a text, or each of a list of texts
  bool is(Node::Kind kind) const;    // else a problem

  void fail(const char* id, const std::string& text, const std::string& hint = {}) const;
  void unknown(const Member& member, const std::vector<std::string>& known) const;

 private:
  size_t choose(const std::vector<std::string>& words) const;  // words.size(): none of them

  std::string path_;
  const Node* node_;
  Problems* problems_;
};

std::string in_quotes(std::string_view text);
bool is_name(std::string_view text);  // letters, digits, '-' and '_': becomes part of paths and log lines

// The keys of a table, each with what reads it: the one list that reader, hints and documentation share.
template <class Target>
struct Key {
  const char* name;
  void (*read)(const Value& value, Target& target);
};

template <class Keys>  // a range of Key<…>
std::vector<std::string> names(const Keys& keys) {
  std::vector<std::string> all;
  for (const auto& key : keys) all.emplace_back(key.name);
  return all;
}

template <class Keys, class Target>
void read_table(const Value& table, const Keys& keys, Target& target) {
  if (!table.is(Node::Kind::table)) return;
  for (const Member& member : table.node().members) {
    const Key<Target>* known = nullptr;
    for (const Key<Target>& key : keys)
      if (member.name == key.name) known = &key;
    if (known)
      known->read(table.member(member), target);
    else
      table.unknown(member, names(keys));
  }
}

template <class Choice>
void Value::choice(Choice& into, std::initializer_list<std::pair<const char*, Choice>> choices) const {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) words.emplace_back(word);
  if (const size_t chosen = choose(words); chosen < choices.size()) into = choices.begin()[chosen].second;
}

}  // namespace postern::config
