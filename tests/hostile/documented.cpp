// SPDX-License-Identifier: MIT
#include "hostile/documented.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace postern::testing {
namespace {

namespace fs = std::filesystem;
using mail::Category;
using mail::DefectKind;
using Table = std::map<std::string, std::set<DefectKind>>;

// A category of the SDK, as it is called in a README, and what the host makes of it.
const std::map<std::string_view, DefectKind> kinds = {
    {"encrypted", DefectKind::encrypted}, {"unsupported", DefectKind::undecoded},
    {"limit", DefectKind::limit},         {"malformed", DefectKind::malformed},
    {"ambiguous", DefectKind::ambiguous}, {"macro", DefectKind::macro},
    {"info", DefectKind::note},           {"policy", DefectKind::note}};

// Those that the room itself gives: core/decode.
const Table of_decode = {{"limit-depth", {DefectKind::limit}},        {"limit-parts", {DefectKind::limit}},
                         {"limit-bytes", {DefectKind::limit}},        {"limit-time", {DefectKind::limit}},
                         {"limit-file-size", {DefectKind::limit}},    {"limit-names", {DefectKind::limit}},
                         {"size-claim-false", {DefectKind::malformed}},
                         {"decoder-failed", {DefectKind::undecoded}}, {"decoder-crashed", {DefectKind::crashed}},
                         {"encrypted", {DefectKind::encrypted}}};

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// | `token`, `token` | kind, kind | meaning |
void read_row(const std::string& row, Table& table) {
  std::istringstream cells(row.substr(1));
  std::string tokens, words;
  std::getline(cells, tokens, '|');
  std::getline(cells, words, '|');
  std::set<DefectKind> some;
  std::istringstream list(words);
  for (std::string word; std::getline(list, word, ',');) {
    const auto kind = kinds.find(trimmed(word));
    if (kind == kinds.end()) return;  // another table
    some.insert(kind->second);
  }
  for (size_t at = 0; (at = tokens.find('`', at)) != std::string::npos;) {
    const size_t end = tokens.find('`', at + 1);
    if (end == std::string::npos) break;
    table[tokens.substr(at + 1, end - at - 1)].insert(some.begin(), some.end());
    at = end + 1;
  }
}

Table read_all() {
  Table table = of_decode;
  for (const fs::directory_entry& plugin : fs::directory_iterator(fs::path(POSTERN_SOURCE_DIR) / "plugins")) {
    std::ifstream readme(plugin.path() / "README.md");
    for (std::string line; std::getline(readme, line);)
      if (line.starts_with("| `")) read_row(line, table);
  }
  return table;
}

const Table& documented() {
  static const Table table = read_all();
  return table;
}

}  // namespace

const std::set<DefectKind>& documented_kinds(const std::string& token) {
  static const std::set<DefectKind> none;
  const auto found = documented().find(token);
  return found == documented().end() ? none : found->second;
}

Category promised_category(const std::string& token) {
  // Damage by itself is no reason, but what stands behind it was not examined.
  if (token == "archive-damaged") return Category::unchecked;
  const std::set<DefectKind>& some = documented_kinds(token);
  if (some.size() != 1) return Category::clean;
  switch (*some.begin()) {
    case DefectKind::encrypted:
      return Category::encrypted;
    case DefectKind::ambiguous:
      return Category::ambiguous;
    case DefectKind::limit:
      return Category::over_limit;
    case DefectKind::undecoded:
      return Category::unchecked;
    case DefectKind::crashed:
      return Category::crashed;
    case DefectKind::malformed:
    case DefectKind::macro:
    case DefectKind::note:
      return Category::clean;
  }
  throw std::logic_error("a kind of defect that is new here");
}

}  // namespace postern::testing
