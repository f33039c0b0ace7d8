// SPDX-License-Identifier: MIT
#include "policy/banned_rules.h"

#include <algorithm>

#include "base/log.h"

namespace postern::policy {
namespace {

bool is_of(std::string_view type, const std::string& wanted) {
  return wanted.ends_with('/') ? type.starts_with(wanted) : type == wanted;
}

std::string quoted(std::string_view text) {
  return "\"" + base::log::printable(text, 200) + "\"";
}

// Adds what holds to found; false when it does not hold.
bool name_fits(const Rule& rule, const Described& part, std::string& found) {
  if (!rule.file_name) return true;
  const auto name = std::find_if(part.names.begin(), part.names.end(), [&](const std::string& n) { return rule.file_name->is_found_in(n); });
  if (name == part.names.end()) return false;
  found += (found.empty() ? "name " : ", name ") + quoted(*name);
  return true;
}

bool type_fits(const Rule& rule, const Described& part, std::string& found) {
  if (rule.types.empty()) return true;
  for (const std::string& type : rule.types) {
    const bool by_content = is_of(part.detected_type, type);
    if (!by_content && !is_of(part.declared_type, type)) continue;
    found += (found.empty() ? "" : ", ") + (by_content ? "content is " + quoted(part.detected_type) : "declared as " + quoted(part.declared_type));
    return true;
  }
  return false;
}

bool mark_fits(const Rule& rule, const Described& part, std::string& found) {
  if (rule.marks == 0) return true;
  for (const Mark mark : all_marks) {
    if ((rule.marks & part.marks & (1u << static_cast<uint32_t>(mark))) == 0) continue;
    found += (found.empty() ? "is " : ", is ") + std::string(name(mark));
    return true;
  }
  return false;
}

Rule by_name(const char* name, const char* pattern) {
  Rule rule;
  rule.name = name;
  rule.file_name.emplace(pattern);
  return rule;
}

Rule by_type(const char* name, std::vector<std::string> types) {
  Rule rule;
  rule.name = name;
  rule.types = std::move(types);
  return rule;
}

}  // namespace

const char* name(Mark mark) {
  switch (mark) {
    case Mark::encrypted: return "encrypted";
    case Mark::undecipherable: return "undecipherable";
    case Mark::macro: return "macro";
    case Mark::ambiguous: return "ambiguous";
  }
  return "undecipherable";
}

std::optional<std::string> Rule::fits(const Described& part) const {
  std::string found;
  if (!name_fits(*this, part, found) || !type_fits(*this, part, found) || !mark_fits(*this, part, found)) return std::nullopt;
  return found;
}

RuleSet default_rules() {
  return {"default",
          {by_name("double extension", R"(\.[^./]*[a-z][^./]*\.\s*(exe|vbs|pif|scr|bat|cmd|com|cpl|dll)[.\s]*$)"),
           by_name("class id", R"(\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?)"),
           by_type("program by its declared type", {"application/x-msdownload", "application/x-msdos-program", "application/hta"}),
           by_name("program by its extension", R"(.\.(exe|vbs|pif|scr|bat|cmd|com|cpl)$)"),
           by_type("program by its content", {"application/x-dosexec", "application/vnd.microsoft.portable-executable"}),
           by_type("mail in pieces", {"message/partial"}),
           by_type("content elsewhere", {"message/external-body"})}};
}

}  // namespace postern::policy
