// SPDX-License-Identifier: MIT
#include "entity.h"

#include <postern/support/encoded_words.h>
#include <postern/support/header_fields.h>
#include <postern/support/parameters.h>

#include <algorithm>
#include <optional>

#include "boundary.h"
#include "delimiter.h"
#include "field_name.h"

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
    const std::string_view header = section_.substr(0, entity_.body);
    look_at_bytes(header);
    s::HeaderReader reader(header);
    while (const auto field = reader.next()) take(*field);
    if (has_bare_cr_) read_with_bare_cr(header);
    sum_up_types();
    sum_up_encodings();
    sum_up_dispositions();
    if (entity_.early_end) judge_early_end();
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
      const NamedField named = content_field(*field);
      if (named.field == ContentField::type && ++type_fields <= most_type_fields) {
        add_boundaries(named.value, boundaries);
        add_boundaries(named.other_value, boundaries);
      }
      if (field->is_field() || named.field != ContentField::none) ++fields;
      if (field->blank_fold) note_early_end(first_blank_fold(*field));
      if (field->is_field() || is_mbox_line(*field)) continue;
      if (is_delimiter_of(field->value, boundaries)) {
        add_defect(POSTERN_CAT_AMBIGUOUS, "mime-delimiter-in-header",
                   "a delimiter stands before the end of the header");
        entity_.early_end.reset();
        return field->offset;
      }
      if (named.field != ContentField::none) continue;
      if (!first_junk) first_junk = field->offset;
      note_early_end(field->offset);
    }
    if (blank_line_) {
      if (!first_junk || fields > 0) return reader.body();
    } else if (!first_junk) {
      add_defect(POSTERN_CAT_MALFORMED, "mime-no-blank-line", "the header has no end");
      return section_.size();
    }
    add_defect(POSTERN_CAT_MALFORMED, "mime-no-blank-line", "text begins without an empty line after the header");
    entity_.early_end.reset();
    return *first_junk;
  }

  std::size_t first_blank_fold(const s::HeaderField& field) const {
    std::size_t at = field.offset;
    do at += s::line_at(section_, at).size();
    while (at < field.offset + field.length && !s::trim(s::line_at(section_, at)).empty());
    return at;
  }

  void note_early_end(std::size_t at) {
    if (entity_.early_end) return;
    const std::string_view line = s::line_at(section_, at);
    entity_.early_end = EarlyEnd{at, s::trim(line).empty() ? at + line.size() : at, false, false};
  }

  // What a reader sees who stops there: without the fields behind it, and with lines in front of what is encoded.
  void judge_early_end() {
    EarlyEnd& early = *entity_.early_end;
    if (early.body >= entity_.body) return entity_.early_end.reset();
    early.hides_fields = last_content_field_ != section_.npos && last_content_field_ >= early.header_end;
    const bool is_encoded = entity_.encodings.front().encoding != Encoding::identity;
    early.is_ambiguous = early.hides_fields || (is_encoded && !entity_.types.front().is_multipart());
  }

  // The separator of mailbox files, left on top by careless programs.
  static bool is_mbox_line(const s::HeaderField& line) {
    return line.offset == 0 && (line.value.starts_with("From ") || line.value.starts_with(">From "));
  }
  static void add_boundaries(std::string_view value, std::vector<std::string>& to) {
    for (std::string& b : boundary_readings(s::parse_parameters(s::unfold(value))))
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
      if (content.find('\r') == content.npos) continue;
      has_bare_cr_ = true;
      add_defect(POSTERN_CAT_MALFORMED, "mime-header-bare-cr", "");
    }
  }

  void take(const s::HeaderField& field) {
    if (!field.is_field() && !is_mbox_line(field))
      add_defect(POSTERN_CAT_MALFORMED, "mime-header-no-colon", "a line of the header is no field");
    if (field.blank_before_colon) add_defect(POSTERN_CAT_MALFORMED, "mime-header-blank-before-colon", "");
    if (field.blank_fold)
      add_defect(POSTERN_CAT_MALFORMED, "mime-header-blank-fold", "a line of blanks continues a field");
    const NamedField named = content_field(field);
    if (named.field != ContentField::none) {
      if (!is_second_look_) last_content_field_ = field.offset;
      if (named.odd) add_defect(POSTERN_CAT_AMBIGUOUS, "mime-field-name", "a field name that only some readers know");
      before_ = named;
      take(named.field, s::unfold(named.value), named.odd);
      if (!named.other_value.empty()) take(named.field, s::unfold(named.other_value), true);
      take_tight(named);
      return;
    }
    const std::string_view whole = section_part(field);
    if (before_.field != ContentField::none && looks_like_parameter(whole)) return take_parameter_line(whole);
    before_.field = ContentField::none;
  }

  std::string_view section_part(const s::HeaderField& field) const {
    return is_second_look_ ? field.value : section_.substr(field.offset, field.length);
  }

  void take(ContentField field, const std::string& value, bool odd) {
    switch (field) {
      case ContentField::none:
        return;
      case ContentField::type:
        return take_type(value, odd);
      case ContentField::disposition:
        return take_disposition(value, odd);
      case ContentField::encoding:
        return take_encoding(value, odd);
    }
  }

  // "Content-Type: multipart/mixed;" and, not indented, "boundary=X" on the next line.
  void take_parameter_line(std::string_view line) {
    add_defect(POSTERN_CAT_AMBIGUOUS, "mime-unfolded-parameter",
               "a parameter stands on a line of its own that does not continue the field");
    std::string value = s::unfold(before_.value);
    if (!value.ends_with(';')) value += ';';
    value += s::unfold(line);
    take(before_.field, value, true);
  }

  // Where a fold stands inside a word, readers who take it out altogether see another word.
  void take_tight(const NamedField& named) {
    if (named.field != ContentField::type) return;
    std::string tight;
    bool inside_word = false;
    for (std::size_t at = 0; at < named.value.size();) {
      const std::string_view line = s::line_at(named.value, at);
      at += line.size();
      if (!tight.empty() && tight.back() != ';') inside_word = true;
      tight += s::trim(line);
    }
    if (!inside_word) return;
    const s::FieldValue loose = s::parse_parameters(s::unfold(named.value)), joined = s::parse_parameters(tight);
    if (boundary_readings(loose) == boundary_readings(joined) && loose.value == joined.value) return;
    add_defect(POSTERN_CAT_AMBIGUOUS, "mime-folded-word", "a line break inside a word of Content-Type");
    take_type(tight, true);
  }

  // For some readers CR alone ends a line, too.
  void read_with_bare_cr(std::string_view header) {
    std::string lines(header);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
      if (lines[i] == '\r' && lines[i + 1] != '\n') lines[i] = '\n';
    const std::size_t types = odd_types_.size(), encodings = odd_encodings_.size();
    is_second_look_ = true;
    s::HeaderReader reader(lines);
    std::size_t seen = 0;
    while (const auto field = reader.next()) {
      const NamedField named = content_field(*field);
      if (named.field != ContentField::none && ++seen <= 3 * most_type_fields)
        take(named.field, s::unfold(named.value), true);
    }
    const auto differs = [&](const TypeReading& t) {
      return std::none_of(entity_.types.begin(), entity_.types.end(), [&](const TypeReading& known) {
        return known.type == t.type && known.boundaries == t.boundaries;
      });
    };
    if (odd_encodings_.size() > encodings ||
        std::any_of(odd_types_.begin() + static_cast<std::ptrdiff_t>(types), odd_types_.end(), differs))
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-bare-cr-field", "with CR as a line end the header says something else");
  }

  void sum_up_types() {
    if (type_fields_ > 1) add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-content-type", "");
    if (entity_.types.size() > 1)
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-types", "two Content-Type fields say different things");
    if (entity_.types.empty()) entity_.types.push_back({std::string(default_type_), "", {}, false});
    for (TypeReading& type : odd_types_) add_type(entity_.types, std::move(type));
    // A boundary in another field is known to some readers.
    for (TypeReading& type : entity_.types) {
      for (const std::string& boundary : disposition_boundaries_) {
        auto& all = type.boundaries;
        if (std::find(all.begin(), all.end(), boundary) != all.end() || all.size() >= most_boundaries) continue;
        all.push_back(boundary);
        type.boundary_doubtful = true;
      }
    }
    const TypeReading& main = entity_.types.front();
    if (!main.is_multipart()) return;
    if (main.boundaries.empty())
      add_defect(POSTERN_CAT_MALFORMED, "mime-no-boundary", "");
    else if (main.boundaries.front().empty())
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-empty-boundary", "readers do different things with an empty boundary");
  }

  void sum_up_encodings() {
    if (encoding_fields_ > 1) add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-encoding", "");
    if (entity_.encodings.empty()) entity_.encodings.emplace_back();
    for (EncodingReading& e : odd_encodings_) add_encoding(entity_.encodings, e.encoding, e.token);
  }

  void sum_up_dispositions() {
    if (disposition_fields_ < 2) return;
    add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-disposition", "");
    if (disposition_names_differ_)
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-dispositions", "two Content-Disposition fields give different names");
  }

  void take_type(const std::string& value, bool odd) {
    if ((odd ? odd_types_.size() : type_fields_++) >= most_type_fields)
      return add_defect(POSTERN_CAT_LIMIT, "mime-many-types", "more Content-Type fields than are read");
    const s::FieldValue field = s::parse_parameters(value);
    look_at_parameters(field);
    TypeReading reading;
    reading.type = checked_type(field.value);
    reading.charset = s::first_reading(field, "charset");
    reading.boundaries = boundary_readings(field);
    look_at_boundaries(field, reading);
    look_at_encryption(field, reading.type);
    if (reading.is_multipart() && has_comment(value))
      add_defect(POSTERN_CAT_AMBIGUOUS, "mime-comments", "comments where few readers look for them");
    add_names(field, "name");
    add_type(odd ? odd_types_ : entity_.types, std::move(reading));
  }

  static void add_type(std::vector<TypeReading>& to, TypeReading reading) {
    const auto same = [&](const TypeReading& t) {
      return t.type == reading.type && t.boundaries == reading.boundaries;
    };
    if (std::none_of(to.begin(), to.end(), same)) to.push_back(std::move(reading));
  }

  static bool has_comment(std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '(') return true;
      if (value[i] != '"') continue;
      const std::size_t end = s::quoted_end(value, i);
      if (end == std::string_view::npos) return false;
      i = end - 1;
    }
    return false;
  }

  // RFC 2045, 5.2: what cannot be read is text/plain; a broken multipart is still read as one, for its parts' sake.
  std::string checked_type(const std::string& type) {
    const std::size_t slash = type.find('/');
    const bool good = slash != type.npos && slash > 0 && slash + 1 < type.size() &&
                      type.find_first_of(" \t/\\\"", slash + 1) == type.npos &&
                      type.find_first_of(" \t\\\"") == type.npos;
    if (good && type != "mixed/multipart") return type;
    add_defect(POSTERN_CAT_MALFORMED, "mime-bad-type", type.substr(0, 200));
    if (type.find("multipart") == type.npos) return "text/plain";
    add_defect(POSTERN_CAT_AMBIGUOUS, "mime-bad-multipart", "not quite a multipart, but some readers take it for one");
    return "multipart/mixed";
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
    if (std::count_if(all.begin(), all.end(), plain) > 1)
      add_defect(POSTERN_CAT_MALFORMED, "mime-duplicate-boundary", "");
    reading.boundary_doubtful = reading.boundaries.size() > 1 || std::any_of(all.begin(), all.end(), extended);
    if (reading.boundaries.size() <= most_boundaries) return;
    reading.boundaries.resize(most_boundaries);
    add_defect(POSTERN_CAT_LIMIT, "mime-many-boundaries", "more boundaries than are tried");
  }

  void look_at_encryption(const s::FieldValue& field, std::string_view type) {
    const bool smime = type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime";
    const std::string kind = smime ? s::lower(s::first_reading(field, "smime-type")) : "";
    if (type == "multipart/encrypted" || type == "application/pgp-encrypted" || kind == "enveloped-data" ||
        kind == "authenveloped-data")
      add_defect(POSTERN_CAT_ENCRYPTED, "mime-encrypted", std::string(type));
    // RFC 2046, 5.2.2 and 5.2.3: what the reader would put together, or fetch, is not in this mail.
    if (type == "message/partial")
      add_defect(POSTERN_CAT_POLICY, "mime-partial-message", "one piece of a mail; the others were not seen");
    if (type == "message/external-body")
      add_defect(POSTERN_CAT_POLICY, "mime-external-body", "the content is elsewhere and was not fetched");
  }

  void take_disposition(const std::string& value, bool odd) {
    if (!odd) ++disposition_fields_;
    const s::FieldValue field = s::parse_parameters(value);
    look_at_parameters(field);
    for (std::string& boundary : boundary_readings(field))
      if (disposition_boundaries_.size() < most_boundaries) disposition_boundaries_.push_back(std::move(boundary));
    const std::size_t names = entity_.names.size();
    add_names(field, "filename");
    if (!odd && disposition_fields_ > 1 && entity_.names.size() > names) disposition_names_differ_ = true;
    add_names(field, "name");  // written by the confused, read by the indulgent
  }

  void add_names(const s::FieldValue& field, std::string_view parameter) {
    for (std::string& name : s::readings(field, parameter, s::ReadAs::name)) {
      if (entity_.names.size() == most_names)
        return add_defect(POSTERN_CAT_LIMIT, "mime-many-names", "more names than are read");
      if (std::find(entity_.names.begin(), entity_.names.end(), name) == entity_.names.end())
        entity_.names.push_back(std::move(name));
    }
  }

  // A well-formed value is one token. Whatever else stands there is read as each encoding it mentions, and as none.
  void take_encoding(const std::string& value, bool odd) {
    if (!odd) ++encoding_fields_;
    std::vector<EncodingReading>& to = odd ? odd_encodings_ : entity_.encodings;
    const std::string whole = s::lower(s::trim(s::without_comments(value)));
    if (const auto known = exact_encoding(whole)) return add_encoding(to, *known, whole);
    add_defect(POSTERN_CAT_MALFORMED, "mime-unknown-encoding", whole.substr(0, 200));
    const std::string text = s::lower(s::decode_encoded_words(value));
    const auto mentions = [&](std::string_view word) { return text.find(word) != text.npos; };
    // gzip64 is base64 of what gzip made; the host recognises that.
    if (mentions("base64") || mentions("base-64") || mentions("gzip64")) add_encoding(to, Encoding::base64, whole);
    if (mentions("quoted") || mentions("printable")) add_encoding(to, Encoding::quoted_printable, whole);
    if (mentions("uue")) add_encoding(to, Encoding::uuencode, whole);
    add_encoding(to, Encoding::identity, whole);
    to.back().is_unknown = true;
  }

  static std::optional<Encoding> exact_encoding(std::string_view token) {
    if (token == "7bit" || token == "8bit" || token == "binary" || token.empty()) return Encoding::identity;
    if (token == "base64") return Encoding::base64;
    if (token == "quoted-printable") return Encoding::quoted_printable;
    if (token == "x-uuencode" || token == "uuencode" || token == "x-uue" || token == "uue") return Encoding::uuencode;
    return std::nullopt;
  }

  static void add_encoding(std::vector<EncodingReading>& to, Encoding encoding, const std::string& token) {
    const auto same = [&](const EncodingReading& e) { return e.encoding == encoding; };
    if (std::none_of(to.begin(), to.end(), same)) to.push_back({encoding, token.substr(0, 100)});
  }

  std::string_view section_;
  bool blank_line_;
  std::string_view default_type_;
  std::size_t type_fields_ = 0, encoding_fields_ = 0, disposition_fields_ = 0;
  std::size_t last_content_field_ = std::string_view::npos;
  bool has_bare_cr_ = false, is_second_look_ = false, disposition_names_differ_ = false;
  NamedField before_;  // the field that a line without a name may belong to
  std::vector<TypeReading> odd_types_;
  std::vector<EncodingReading> odd_encodings_;
  std::vector<std::string> disposition_boundaries_;
  Entity entity_;
};

}  // namespace

Entity read_entity(std::string_view section, bool ended_by_blank_line, std::string_view default_type) {
  return Reader(section, ended_by_blank_line, default_type).run();
}

}  // namespace postern::mime
