// SPDX-License-Identifier: MIT
#include "reader.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "properties.h"

namespace tnef {
namespace {

using namespace std::string_view_literals;
using postern::support::BinaryReader;

constexpr std::string_view signature = "\x78\x9f\x3e\x22"sv;
constexpr size_t head_size = 6;       // signature and key
constexpr size_t attribute_head = 9;  // level, id, length
constexpr size_t most_names = 65;     // of one attachment; the host keeps one less and marks the part
constexpr size_t most_contents = 16;

// The lower half of an attribute's id, [MS-OXTNEF] 2.1.3.1; the upper one says how its data is written.
enum AttributeId : uint16_t {
  body_text = 0x800C,
  attachment_data = 0x800F,
  attachment_title = 0x8010,
  attachment_metafile = 0x8011,
  attachment_rendering = 0x9002,  // begins an attachment
  message_properties = 0x9003,
  attachment_transport_name = 0x9001,
  attachment_properties = 0x9005,
};

// [MS-OXPROPS]
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

struct Attribute {
  uint16_t id = 0;
  Content content;
};

std::string text_of(const Property& property) {
  std::string text = property.type == property_type::unicode ? postern::support::utf8_of_utf16(property.value)
                                                             : std::string(property.value);
  while (text.ends_with('\0')) text.pop_back();
  return text;
}

std::string_view without_end(std::string_view text) {
  while (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

// The bytes of an object property behind its interface id: a TNEF stream for a mail, an OLE file for a storage.
Content object(std::string_view value) {
  constexpr std::string_view message_id = "\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv;
  if (is_tnef(value) || value.starts_with("\xd0\xcf\x11\xe0"sv)) return {value, {}};
  const bool is_message = value.starts_with(message_id);
  return {value.substr(std::min(value.size(), message_id.size())), is_message ? "application/ms-tnef"sv : ""sv};
}

class Reading {
 public:
  Reading(std::string_view stream, Listener& listener) : in_(stream), listener_(listener) { in_.skip(head_size); }

  void run() {
    while (const std::optional<Attribute> attribute = next()) take(*attribute);
    finish_attachment();
    if (!is_blank(in_.rest())) {
      listener_.defect(Defect::not_an_attribute);
      listener_.rest(in_.rest());
    }
  }

 private:
  // nullopt: what stands here is no attribute.
  std::optional<Attribute> next() {
    if (in_.left() < attribute_head) return std::nullopt;
    const uint8_t level = static_cast<uint8_t>(in_.rest().front());
    if (level != 1 && level != 2) return std::nullopt;
    in_.skip(1);
    Attribute attribute;
    attribute.id = static_cast<uint16_t>(in_.u32() & 0xFFFF);
    const uint32_t length = in_.u32();  // signed for some: what is negative there is too long here
    attribute.content.truncated = length > in_.left();
    attribute.content.bytes = in_.take(length);
    if (attribute.content.truncated || in_.left() < 2)
      listener_.defect(Defect::truncated);
    else if (in_.u16() != checksum(attribute.content.bytes))
      listener_.defect(Defect::checksum);
    return attribute;
  }

  static uint16_t checksum(std::string_view bytes) {
    const auto sum = std::accumulate(bytes.begin(), bytes.end(), uint64_t{0},
                                     [](uint64_t all, char c) { return all + static_cast<unsigned char>(c); });
    return static_cast<uint16_t>(sum);
  }

  void take(const Attribute& attribute) {
    switch (attribute.id) {
      case body_text:
        return add_body({"text/plain", attribute.content});
      case message_properties:
        return read_message(attribute.content);
      case attachment_rendering:
        return finish_attachment();
      case attachment_data:
        return begin_with_data(attribute.content);
      case attachment_title:
        if (has_title_ && !attachment_.contents.empty()) finish_attachment();
        has_title_ = true;
        return add_name(without_end(attribute.content.bytes));
      case attachment_transport_name:
        return add_name(without_end(attribute.content.bytes));
      case attachment_metafile:  // its picture; a reader that shows it may fall for it
        return add_content({attribute.content.bytes, "image/wmf", attribute.content.truncated});
      case attachment_properties:
        return read_attachment(attribute.content);
      default:
        return;
    }
  }

  // Some writers send no rendering attribute, or send the data before the name.
  void begin_with_data(const Content& content) {
    if (has_data_) finish_attachment();
    has_data_ = true;
    add_content(content);
  }

  void read_attachment(const Content& content) {
    Properties properties(content.bytes);
    for (Property p; properties.next(p);) {
      switch (p.id) {
        case attach_data:
          if (p.type == property_type::object)
            add_content(object(p.value));
          else if (p.type == property_type::binary)
            add_content({p.value, {}});
          break;
        case attach_long_filename:
          attachment_.names.insert(attachment_.names.begin(), text_of(p));
          limit_names();
          break;
        case attach_filename:
        case attach_transport_name:
        case display_name:
          add_name(text_of(p));
          break;
        case attach_pathname:
        case attach_long_pathname:
          attachment_.reference = text_of(p);
          break;
        case attach_mime_tag:
          attachment_.mime_type = postern::support::lower(text_of(p));
          break;
        default:
          break;
      }
    }
    note_end(properties, content);
  }

  void read_message(const Content& content) {
    Properties properties(content.bytes);
    for (Property p; properties.next(p);) {
      const bool is_utf16 = p.type == property_type::unicode;
      if (p.id == body_plain) add_body({"text/plain", {p.value, {}}, is_utf16});
      if (p.id == body_html) add_body({"text/html", {p.value, {}}, is_utf16});
      if (p.id == body_rtf) add_body({"application/x-compressed-rtf", {p.value, {}}});
    }
    note_end(properties, content);
  }

  // An attribute that was cut has been told already.
  void note_end(const Properties& properties, const Content& content) {
    if (!properties.is_whole() && !content.truncated) listener_.defect(Defect::truncated);
  }

  void add_body(const Body& body) {
    if (!body.content.bytes.empty()) listener_.body(body);
  }

  void add_name(std::string_view name) {
    auto& names = attachment_.names;
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
    names.emplace_back(name);
    limit_names();
  }
  void limit_names() {
    if (attachment_.names.size() > most_names) attachment_.names.resize(most_names);
  }

  void add_content(const Content& content) {
    auto& contents = attachment_.contents;
    const bool known =
        std::any_of(contents.begin(), contents.end(), [&](const Content& c) { return c.bytes == content.bytes; });
    if (!known) contents.push_back(content);
    if (contents.size() < most_contents) return;
    listener_.attachment(attachment_);  // more of them than anybody has: as two attachments
    contents.clear();
  }

  void finish_attachment() {
    if (!attachment_.contents.empty() || !attachment_.names.empty() || !attachment_.reference.empty())
      listener_.attachment(attachment_);
    attachment_ = {};
    has_data_ = has_title_ = false;
  }

  static bool is_blank(std::string_view bytes) { return bytes.find_first_not_of("\0\r\n\t "sv) == bytes.npos; }

  BinaryReader in_;
  Listener& listener_;
  Attachment attachment_;
  bool has_data_ = false, has_title_ = false;
};

}  // namespace

bool is_tnef(std::string_view bytes) {
  return bytes.starts_with(signature);
}

void read(std::string_view stream, Listener& listener) {
  Reading(stream, listener).run();
}

}  // namespace tnef
