// SPDX-License-Identifier: MIT
#include "message.h"

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

#include <algorithm>
#include <charconv>

namespace ole {
namespace {

using namespace std::string_view_literals;
using postern::ChildInfo;

constexpr std::string_view property_prefix = "__substg1.0_", attachment_prefix = "__attach_version1.0_";
constexpr size_t most_text = 1 << 20;  // of a name

enum PropertyId : uint16_t {
  body_plain = 0x1000,
  body_rtf = 0x1009,
  body_html = 0x1013,
  display_name = 0x3001,
  attach_data = 0x3701,
  attach_filename = 0x3704,
  attach_long_filename = 0x3707,
  attach_pathname = 0x3708,
  attach_transport_name = 0x370C,
  attach_long_pathname = 0x370D,
  attach_mime_tag = 0x370E,
};
constexpr uint16_t unicode = 0x001F;

bool begins(std::string_view name, std::string_view prefix) {
  return postern::support::equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

void add(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

bool is_attachment(const Compound& compound, uint32_t storage) {
  return begins(compound.entries()[storage].name, attachment_prefix);
}

bool is_message(const Compound& compound, uint32_t storage) {
  return compound.find(storage, "__properties_version1.0").has_value();
}

bool Message::is_own(const Entry& entry) {
  return begins(entry.name, property_prefix) || begins(entry.name, "__recip_version1.0_") ||
         begins(entry.name, "__nameid_version1.0") || begins(entry.name, "__properties_version1.0");
}

// "__substg1.0_3707001F": id and type of a property, in hexadecimal.
std::vector<Message::Property> Message::properties(uint32_t storage) const {
  std::vector<Property> all;
  for (const uint32_t child : compound_.entries()[storage].children) {
    const std::string_view name = compound_.entries()[child].name;
    if (!begins(name, property_prefix)) continue;
    const std::string_view digits = name.substr(property_prefix.size(), 8);
    uint32_t tag = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), tag, 16);
    if (digits.size() != 8 || parsed.ptr != digits.data() + 8) continue;
    all.push_back({static_cast<uint16_t>(tag >> 16), static_cast<uint16_t>(tag & 0xFFFF), child});
  }
  return all;
}

std::string Message::text(const Property& property) {
  std::string bytes = compound_.read(property.entry, most_text);
  if (property.type == unicode) bytes = postern::support::utf8_of_utf16(bytes);
  while (bytes.ends_with('\0')) bytes.pop_back();
  return bytes;
}

void Message::add_bodies(uint32_t storage, postern_part parent) {
  for (const Property& p : properties(storage)) {
    if (compound_.entries()[p.entry].kind != Entry::Kind::stream || compound_.entries()[p.entry].size == 0) continue;
    ChildInfo info;
    info.parent = parent;
    info.role = "body";
    info.mime_type = p.id == body_plain  ? "text/plain"sv
                     : p.id == body_html ? "text/html"sv
                     : p.id == body_rtf  ? "application/x-compressed-rtf"sv
                                         : ""sv;
    if (info.mime_type.empty()) continue;
    if (p.type == unicode)
      handover_.add_bytes(info, postern::support::utf8_of_utf16(compound_.read(p.entry)));
    else
      handover_.add_stream(compound_, p.entry, info);
  }
}

std::optional<Step> Message::add_attachment(uint32_t storage, postern_part parent) {
  std::vector<std::string> names;
  std::string mime_type, link;
  std::optional<uint32_t> content;
  for (const Property& p : properties(storage)) {
    switch (p.id) {
      case attach_long_filename:
        names.insert(names.begin(), text(p));
        break;
      case attach_filename:
      case attach_transport_name:
      case display_name:
        add(names, text(p));
        break;
      case attach_pathname:
      case attach_long_pathname:
        link = text(p);
        break;
      case attach_mime_tag:
        mime_type = postern::support::lower(text(p));
        break;
      case attach_data:
        content = p.entry;
        break;
      default:
        break;
    }
  }
  ChildInfo info;
  info.parent = parent;
  info.mime_type = mime_type;
  if (!names.empty()) info.name = names.front();
  const bool is_storage = content && compound_.entries()[*content].kind == Entry::Kind::storage;
  if (is_storage) info.flags |= POSTERN_PART_CONTAINER;
  if (is_storage && is_message(compound_, *content)) info.mime_type = "application/vnd.ms-outlook";
  const bool has_bytes = content && !is_storage && compound_.entries()[*content].size > 0;
  const postern_part made = has_bytes ? handover_.add_stream(compound_, *content, info) : handover_.add_bytes(info, {});
  handover_.name_more(made, names);
  if (!link.empty()) handover_.job.note("part.link", link, made);
  return is_storage ? std::optional(Step{*content, made}) : std::nullopt;
}

}  // namespace ole
