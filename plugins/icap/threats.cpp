// SPDX-License-Identifier: MIT
#include "threats.h"

#include <algorithm>

namespace postern::icap {
namespace {

constexpr size_t longest_name = 200, most_names = 50;

// One line of visible characters.
std::string name_of(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, longest_name))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
  while (!out.empty() && out.back() == ' ') out.pop_back();
  while (!out.empty() && out.front() == ' ') out.erase(0, 1);
  return out;
}

std::vector<std::string> pieces(std::string_view text, char separator) {
  std::vector<std::string> all;
  for (;;) {
    const size_t at = text.find(separator);
    all.push_back(name_of(text.substr(0, at)));
    if (at == std::string_view::npos) return all;
    text.remove_prefix(at + 1);
  }
}

void add(Threats& threats, const std::string& name) {
  if (threats.names.size() < most_names && std::find(threats.names.begin(), threats.names.end(), name) == threats.names.end()) threats.names.push_back(name);
}

// "Type=0; Resolution=2; Threat=Eicar;" with the types 0 virus, 1 policy, 2 container.
void read_infection(const std::string& value, Threats& threats) {
  std::string name = "unnamed", type = "0";
  for (const std::string& piece : pieces(value, ';')) {
    if (piece.starts_with("Threat=")) name = piece.substr(7);
    if (piece.starts_with("Type=")) type = piece.substr(5);
  }
  if (type == "2") threats.is_container = true;
  else add(threats, name);
}

// A number, and on the lines that follow for each: file, name, id, resolution.
void read_violations(const std::string& value, Threats& threats) {
  const std::vector<std::string> lines = pieces(value, '\n');
  if (lines.front() == "0") return;
  bool has_name = false;
  for (size_t i = 2; i < lines.size(); i += 4)
    if (!lines[i].empty() && lines[i] != "-") add(threats, lines[i]), has_name = true;
  if (!has_name && threats.names.empty()) add(threats, "unnamed");
}

void read_name(const std::string& value, Threats& threats) {
  const std::string name = name_of(value);
  if (!name.empty() && name != "no threats") add(threats, name);
}

}  // namespace

Threats threats_in(const Answer& answer) {
  Threats threats;
  if (const std::string* infection = answer.field("x-infection-found")) read_infection(*infection, threats);
  if (const std::string* violations = answer.field("x-violations-found"); violations && !threats.is_container) read_violations(*violations, threats);
  for (const char* field : {"x-virus-id", "x-virus-name"})
    if (const std::string* name = answer.field(field)) read_name(*name, threats);
  return threats;
}

}  // namespace postern::icap
