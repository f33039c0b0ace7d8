// SPDX-License-Identifier: MIT
#include "entity.h"

#include <postern/support/encoded_words.h>
#include <postern/support/header_fields.h>
#include <postern/support/parameters.h>

#include <algorithm>
#include <optional>

#include "delimiter.h"

namespace postern::mime {

namespace s = postern::support;

namespace {

constexpr std::size_t longest_line = 998;    // RFC 5322, 2.1.1
constexpr std::size_t most_type_fields = 8;  // each is a reading of the same body
constexpr std::size_t most_boundaries = 8;   // likewise
constexpr std::size_t most_names = 1000;

class Reader {
 public:
  Reader(std::string_view section, bool ended_by_blank_line, std::string_view default_type)
      : section_(section), blank_line_(ended_by_blank_line), default_type_(default_type) {}

  Entity run() {
    entity_.body = find_body();
    look_at_bytes(section_.substr(0, entity_.body));
    s::HeaderReader reader(section_.substr(0, entity_.body));
    while (const auto field = reader.next()) take(*field);
    if (type_fields_ > 1) add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-content-type", "");
    if (entity_.types.size() > 1)
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-types", "two Content-Type fields say different things");
    if (entity_.types.empty()) entity_.types.push_back({std::string(default_type_), "", {}, false});
    if (encoding_fields_ > 1) add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-encoding", "");
    if (entity_.encodings.empty()) entity_.encodings.emplace_back();
    return std::move(entity_);
  }

 private:
  void add_defect(std::int32_t category, std::string_view code, std::string text) {
    const auto same = [&](const Defect& d) { return d.code == code; };
    if (std::none_of(entity_.defects.begin(), entity_.defects.end(), same))
      entity_.defects.push_back({category, code, std::move(text)});
  }

  // The header ends at the empty line; before it, where the entity's own first delimiter stands among the fields; or,
  // where there is no empty line or no field at all, at the first line that is no field.
  std::size_t find_body() {
    std::vector<std::string> boundaries;
    std::size_t type_fields = 0, fields = 0;
    std::optional<std::size_t> first_junk;
    s::HeaderReader reader(section_);
    while (const auto field = reader.next()) {
      if (field->is_field()) {
        ++fields;
        if (field->is("content-type") && ++type_fields <= most_type_fields) add_boundaries(*field, boundaries);
        continue;
      }
      if (is_mbox_line(*field)) continue;
      if (!first_junk) first_junk = field->offset;
      if (is_delimiter_of(field->value, boundaries)) {
        add_defect(POSTERN_CAT_MALFORMED, "mime-no-blank-line", "a delimiter stands before the end of the header");
        return field->offset;
      }
    }
    if (blank_line_) {
      if (!first_junk || fields > 0) return reader.body();
    } else if (!first_junk) {
      add_defect(POSTERN_CAT_MALFORMED, "mime-no-blank-line", "the header has no end");
      return section_.size();
    }
    add_defect(POSTERN_CAT_MALFORMED, "mime-no-blank-line", "text begins without an empty line after the header");
    return *first_junk;
  }

  // The separator of mailbox files, left on top by careless programs.
  static bool is_mbox_line(const s::HeaderField& line) {
    return line.offset == 0 && (line.value.starts_with("From ") || line.value.starts_with(">From "));
  }
  static void add_boundaries(const s::HeaderField& field, std::vector<std::string>& to) {
    for (std::string& b : s::readings(s::parse_parameters(s::unfold(field.value)), "boundary", s::ReadAs::token))
      if (to.size() < most_boundaries * most_type_fields) to.push_back(std::move(b));
  }
  static bool is_delimiter_of(std::string_view line, const std::vector<std::string>& boundaries) {
    return line.starts_with("--") && std::any_of(boundaries.begin(), boundaries.end(), [&](const std::string& b) {
             return delimiter(s::line_at(line, 0), b) == Delimiter::open;
           });
  }

  void look_at_bytes(std::string_view header) {
    if (header.find('\0') != header.npos) add_defect(POSTERN_CAT_MALFORMED, "mime-header-nul", "");
    if (std::any_of(header.begin(), header.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      add_defect(POSTERN_CAT_MALFORMED, "mime-header-8bit", "");
    for (std::size_t at = 0; at < header.size();) {
      const std::string_view line = s::line_at(header, at);
      at += line.size();
      const std::string_view content = s::without_line_end(line);
      if (content.size() > longest_line) add_defect(POSTERN_CAT_MALFORMED, "mime-header-long-line", "");
      if (content.find('\r') != content.npos) add_defect(POSTERN_CAT_MALFORMED, "mime-header-bare-cr", "");
    }
  }

  void take(const s::HeaderField& field) {
    if (!field.is_field()) {
      if (!is_mbox_line(field))
        add_defect(POSTERN_CAT_MALFORMED, "mime-header-no-colon", "a line of the header is no field");
      return;
    }
    if (field.blank_before_colon) add_defect(POSTERN_CAT_MALFORMED, "mime-header-blank-before-colon", "");
    if (field.blank_fold)
      add_defect(POSTERN_CAT_MALFORMED, "mime-header-blank-fold", "a line of blanks continues a field");
    if (!s::equal_ignoring_case(field.name.substr(0, 8), "content-")) return;
    if (field.is("content-type"))
      take_type(s::unfold(field.value));
    else if (field.is("content-disposition"))
      take_disposition(s::unfold(field.value));
    else if (field.is("content-transfer-encoding"))
      take_encoding(s::unfold(field.value));
  }

  void take_type(const std::string& value) {
    if (++type_fields_ > most_type_fields)
      return add_defect(POSTERN_CAT_LIMIT, "mime-many-types", "more Content-Type fields than are read");
    const s::FieldValue field = s::parse_parameters(value);
    look_at_parameters(field);
    TypeReading reading;
    reading.type = checked_type(field.value);
    reading.charset = s::first_reading(field, "charset");
    reading.boundaries = s::readings(field, "boundary", s::ReadAs::token);
    for (std::string& b : reading.boundaries) b = s::trim_right(b);  // RFC 2046, 5.1.1: none ends with white space
    reading.boundaries.erase(std::unique(reading.boundaries.begin(), reading.boundaries.end()),
                             reading.boundaries.end());
    look_at_boundaries(field, reading);
    look_at_encryption(field, reading.type);
    add_names(field, "name");
    const auto same = [&](const TypeReading& t) {
      return t.type == reading.type && t.boundaries == reading.boundaries;
    };
    if (std::none_of(entity_.types.begin(), entity_.types.end(), same)) entity_.types.push_back(std::move(reading));
  }

  // RFC 2045, 5.2: what cannot be read is text/plain; a broken multipart is still read as one, for its parts' sake.
  std::string checked_type(const std::string& type) {
    const std::size_t slash = type.find('/');
    const bool good = slash != type.npos && slash > 0 && slash + 1 < type.size() &&
                      type.find_first_of(" \t/\\\"", slash + 1) == type.npos &&
                      type.find_first_of(" \t\\\"") == type.npos;
    if (good) return type;
    add_defect(POSTERN_CAT_MALFORMED, "mime-bad-type", type.substr(0, 200));
    return type.starts_with("multipart") ? "multipart/mixed" : "text/plain";
  }

  void look_at_parameters(const s::FieldValue& field) {
    if (field.junk)
      add_defect(POSTERN_CAT_MALFORMED, "mime-bad-parameters", "text among the parameters belongs to none");
    if (field.cut) add_defect(POSTERN_CAT_LIMIT, "mime-many-parameters", "more parameters than are read");
    const auto unterminated = [](const s::Parameter& p) { return p.unterminated; };
    if (std::any_of(field.parameters.begin(), field.parameters.end(), unterminated))
      add_defect(POSTERN_CAT_MALFORMED, "mime-unterminated-quote", "");
  }

  void look_at_boundaries(const s::FieldValue& field, TypeReading& reading) {
    const auto plain = [](const s::Parameter& p) { return p.name == "boundary"; };
    const auto extended = [](const s::Parameter& p) { return p.name.starts_with("boundary*"); };
    const auto& all = field.parameters;
    const auto count = std::count_if(all.begin(), all.end(), plain);
    if (count > 1) add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-boundary", "");
    reading.boundary_doubtful =
        (count > 1 && reading.boundaries.size() > 1) || std::any_of(all.begin(), all.end(), extended);
    if (reading.boundaries.size() > most_boundaries) {
      reading.boundaries.resize(most_boundaries);
      add_defect(POSTERN_CAT_LIMIT, "mime-many-boundaries", "more boundaries than are tried");
    }
    if (!reading.is_multipart()) return;
    if (reading.boundaries.empty())
      add_defect(POSTERN_CAT_MALFORMED, "mime-no-boundary", "");
    else if (reading.boundaries.front().empty())
      add_defect(POSTERN_CAT_MALFORMED, "mime-empty-boundary", "");
  }

  void look_at_encryption(const s::FieldValue& field, std::string_view type) {
    const bool smime = type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime";
    const std::string kind = smime ? s::lower(s::first_reading(field, "smime-type")) : "";
    if (type == "multipart/encrypted" || type == "application/pgp-encrypted" || kind == "enveloped-data" ||
        kind == "authenveloped-data")
      add_defect(POSTERN_CAT_ENCRYPTED, "mime-encrypted", std::string(type));
  }

  void take_disposition(const std::string& value) {
    const s::FieldValue field = s::parse_parameters(value);
    look_at_parameters(field);
    add_names(field, "filename");
    add_names(field, "name");  // written by the confused, read by the indulgent
  }

  void add_names(const s::FieldValue& field, std::string_view parameter) {
    for (std::string& name : s::readings(field, parameter, s::ReadAs::name)) {
      if (std::find(entity_.names.begin(), entity_.names.end(), name) != entity_.names.end()) continue;
      if (entity_.names.size() == most_names)
        return add_defect(POSTERN_CAT_LIMIT, "mime-many-names", "more names than are read");
      entity_.names.push_back(std::move(name));
    }
  }

  // A well-formed value is one token. Whatever else stands there is read as each encoding it mentions, and as none.
  void take_encoding(const std::string& value) {
    ++encoding_fields_;
    const std::string whole = s::lower(s::trim(s::without_comments(value)));
    if (const auto known = exact_encoding(whole)) return add_encoding(*known, whole);
    add_defect(POSTERN_CAT_MALFORMED, "mime-unknown-encoding", whole.substr(0, 200));
    const std::string text = s::lower(s::decode_encoded_words(value));
    const auto mentions = [&](std::string_view word) { return text.find(word) != text.npos; };
    if (mentions("base64") || mentions("base-64")) add_encoding(Encoding::base64, whole);
    if (mentions("quoted") || mentions("printable")) add_encoding(Encoding::quoted_printable, whole);
    if (mentions("uue")) add_encoding(Encoding::uuencode, whole);
    add_encoding(Encoding::identity, whole);
  }

  static std::optional<Encoding> exact_encoding(std::string_view token) {
    if (token == "7bit" || token == "8bit" || token == "binary" || token.empty()) return Encoding::identity;
    if (token == "base64") return Encoding::base64;
    if (token == "quoted-printable") return Encoding::quoted_printable;
    if (token == "x-uuencode" || token == "uuencode" || token == "x-uue" || token == "uue") return Encoding::uuencode;
    return std::nullopt;
  }

  void add_encoding(Encoding encoding, const std::string& token) {
    const auto same = [&](const EncodingReading& e) { return e.encoding == encoding; };
    if (std::none_of(entity_.encodings.begin(), entity_.encodings.end(), same))
      entity_.encodings.push_back({encoding, token.substr(0, 100)});
  }

  std::string_view section_;
  bool blank_line_;
  std::string_view default_type_;
  std::size_t type_fields_ = 0, encoding_fields_ = 0;
  Entity entity_;
};

bool is_base64_line(std::string_view line) {
  return std::all_of(line.begin(), line.end(),
                     [](char c) { return s::detail::base64_value[static_cast<unsigned char>(c)] < 64 || c == '='; });
}

}  // namespace

Entity read_entity(std::string_view section, bool ended_by_blank_line, std::string_view default_type) {
  return Reader(section, ended_by_blank_line, default_type).run();
}

bool looks_like_base64(std::string_view text) {
  constexpr std::size_t shortest = 32;
  bool upper = false, lower = false, other = false;
  std::size_t total = 0, width = 0;
  bool last_line = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    at += line.size();
    const std::string_view content = s::trim_right(line);
    if (content.empty()) continue;
    if (last_line || !is_base64_line(content)) return false;
    if (width == 0) width = content.size();
    last_line = content.size() < width;  // all lines are of one length, but the last may be shorter
    if (content.size() > width) return false;
    total += content.size();
    for (const char c : content) {
      upper = upper || (c >= 'A' && c <= 'Z');
      lower = lower || (c >= 'a' && c <= 'z');
      other = other || s::is_digit(c) || c == '+' || c == '/' || c == '=';
    }
  }
  return total >= shortest && total % 4 == 0 && upper && lower && other;
}

bool starts_unlike_base64(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    at += line.size();
    const std::string_view content = s::trim(line);
    if (!content.empty()) return !is_base64_line(content);
  }
  return false;
}

}  // namespace postern::mime
