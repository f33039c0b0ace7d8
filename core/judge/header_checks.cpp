// SPDX-License-Identifier: MIT
#include "judge/header_checks.h"

#include <postern/plugin.h>
#include <postern/support/header_fields.h>
#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "base/utf8.h"

namespace postern::judge {
namespace {

using base::log::printable;
using support::HeaderField;

constexpr size_t longest_line = 998;  // RFC 5322, 2.1.1, without CRLF; RFC 6532, 3.4 keeps it, in octets
constexpr size_t longest_name = 80;   // of a field's name in our texts

// RFC 5322, 3.6; RFC 2045, 3; RFC 2183, 2; RFC 3834, 5.
constexpr std::string_view singular[] = {"Date",
                                         "From",
                                         "Sender",
                                         "Reply-To",
                                         "To",
                                         "Cc",
                                         "Bcc",
                                         "Message-ID",
                                         "In-Reply-To",
                                         "References",
                                         "Subject",
                                         "MIME-Version",
                                         "Content-Type",
                                         "Content-Transfer-Encoding",
                                         "Content-ID",
                                         "Content-Description",
                                         "Content-Disposition",
                                         "Auto-Submitted"};
constexpr std::string_view required[] = {"Date", "From"};

class Checker {
 public:
  Checker(std::string_view mail, const HeaderChecks& on, bool is_smtputf8)
      : mail_(mail), on_(on), is_smtputf8_(is_smtputf8) {}
  void look_at_fields();
  void look_at_structure(const mail::Contents& contents);
  std::vector<HeaderFault> take() { return std::move(faults_); }

 private:
  void look_at(const HeaderField& field);
  void look_at_name(const HeaderField& field);
  void look_at_lines(const HeaderField& field);
  void look_at_bytes(const HeaderField& field);
  void count(const HeaderField& field);
  void look_for_missing();
  bool wants(HeaderCheck check) const { return on_.has(check) && faults_.size() < max_header_faults; }
  void add(HeaderCheck check, std::string_view field, std::string text, size_t offset);
  std::string excerpt(size_t at) const;

  std::string_view mail_;
  const HeaderChecks& on_;
  const bool is_smtputf8_;
  std::array<unsigned, std::size(singular)> seen_{};
  std::vector<HeaderFault> faults_;
};

}  // namespace

std::vector<HeaderFault> check_header(std::string_view mail, const mail::Contents& contents, const HeaderChecks& on,
                                      bool is_smtputf8) {
  if (!on.any()) return {};
  Checker checker(mail, on, is_smtputf8);
  checker.look_at_fields();
  checker.look_at_structure(contents);
  return checker.take();
}

namespace {

void Checker::look_at_fields() {
  support::HeaderReader header(mail_);
  while (const auto field = header.next()) look_at(*field);
  look_for_missing();
}

void Checker::look_at(const HeaderField& field) {
  if (field.is_field()) {
    look_at_name(field);
    count(field);
  } else if (support::trim(field.value).empty()) {
    add(HeaderCheck::empty, "", "the header begins with a line of blanks", field.offset);
  } else if (field.offset == 0 && field.value.starts_with("From ")) {
    add(HeaderCheck::other, "", "the separator line of a mailbox file stands on top: " + excerpt(field.offset),
        field.offset);
  } else if (wants(HeaderCheck::syntax)) {
    const bool is_folded = support::is_blank(field.value.front());
    add(HeaderCheck::syntax, "",
        (is_folded ? "continuation line without a header field: " : "line that is no header field: ") +
            excerpt(field.offset),
        field.offset);
  }
  look_at_lines(field);
  look_at_bytes(field);
}

std::string in_field(const HeaderField& field) {
  return field.is_field() ? " in header field " + printable(field.name, longest_name) : " in the header";
}

void Checker::look_at_name(const HeaderField& field) {
  // RFC 5322, 3.6.8: printable ASCII but the colon.
  const bool good = std::all_of(field.name.begin(), field.name.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!good)
    add(HeaderCheck::syntax, field.name,
        "name of a header field with a forbidden character: " + printable(field.name, longest_name), field.offset);
  if (field.blank_before_colon)
    add(HeaderCheck::syntax, field.name,
        "blank before the colon of header field " + printable(field.name, longest_name), field.offset);
}

void Checker::look_at_lines(const HeaderField& field) {
  if (!field.blank_fold && field.length <= longest_line) return;
  bool told_empty = false, told_long = false;
  const size_t end = field.offset + field.length;
  for (size_t at = field.offset; at < end && !(told_empty && told_long);) {
    const std::string_view line = support::line_at(mail_, at);
    const size_t size = support::without_line_end(line).size();
    if (!told_empty && at != field.offset && support::trim(line).empty())
      add(HeaderCheck::empty, field.name, "line of nothing but blanks" + in_field(field), at), told_empty = true;
    if (!told_long && size > longest_line)
      add(HeaderCheck::too_long, field.name,
          "line of " + std::to_string(size) + " octets" + in_field(field) + ", 998 are allowed", at),
          told_long = true;
    at += line.size();
  }
}

// The first byte of each kind: a field in a foreign character set is one fault, not forty.
void Checker::look_at_bytes(const HeaderField& field) {
  const std::string_view bytes = mail_.substr(field.offset, field.length);
  const auto is_odd = [](char c) { return c == '\0' || c == '\r' || static_cast<unsigned char>(c) >= 0x80; };
  bool told_control = false;
  size_t utf8 = bytes.npos, raw = bytes.npos;
  for (size_t i = 0; i < bytes.size();) {
    if (!is_odd(bytes[i])) {
      ++i;
      continue;
    }
    const base::Utf8 c = base::next_utf8(bytes.substr(i));
    const bool is_control = bytes[i] == '\0' || (bytes[i] == '\r' && bytes.substr(i + 1, 1) != "\n");
    if (is_control && wants(HeaderCheck::control) && !std::exchange(told_control, true))
      add(HeaderCheck::control, field.name,
          (bytes[i] == '\0' ? "NUL" : "bare CR") + in_field(field) + ": " + excerpt(field.offset + i),
          field.offset + i);
    if (c.code >= 0x80 && !c.valid) raw = std::min(raw, i);
    if (c.code >= 0x80 && c.valid) utf8 = std::min(utf8, i);
    i += c.length;
  }
  if (raw != bytes.npos && wants(HeaderCheck::eight_bit))
    add(HeaderCheck::eight_bit, field.name,
        "8-bit data that is not UTF-8" + in_field(field) + ": " + excerpt(field.offset + raw), field.offset + raw);
  if (raw == bytes.npos && utf8 != bytes.npos && !is_smtputf8_ && wants(HeaderCheck::utf8))
    add(HeaderCheck::utf8, field.name, "UTF-8 without SMTPUTF8" + in_field(field) + ": " + excerpt(field.offset + utf8),
        field.offset + utf8);
}

void Checker::count(const HeaderField& field) {
  for (size_t i = 0; i < std::size(singular); ++i) {
    if (!field.is(singular[i])) continue;
    if (++seen_[i] == 2)
      add(HeaderCheck::multiple, field.name, "duplicate header field: " + std::string(singular[i]), field.offset);
    return;
  }
}

void Checker::look_for_missing() {
  for (const std::string_view name : required) {
    const auto at =
        static_cast<size_t>(std::find(std::begin(singular), std::end(singular), name) - std::begin(singular));
    if (seen_[at] == 0) add(HeaderCheck::missing, name, "missing header field: " + std::string(name), 0);
  }
}

// What is wrong with a header's bytes, or with the contents of a part, is no fault of the structure.
bool is_of_structure(const mail::Defect& defect) {
  static constexpr std::string_view others[] = {"mime-header-", "mime-base64-", "mime-qp-", "mime-uuencode-",
                                                "mime-nul"};
  const auto is_other = [&](std::string_view prefix) { return defect.code.starts_with(prefix); };
  return defect.kind == mail::DefectKind::malformed && defect.code.starts_with("mime-") &&
         std::none_of(std::begin(others), std::end(others), is_other);
}

// The mail, what it is made of, and what its multiparts are made of; not what is inside an attachment.
void Checker::look_at_structure(const mail::Contents& contents) {
  if (!on_.has(HeaderCheck::mime)) return;
  const std::vector<mail::Part>& parts = contents.parts();
  std::vector<bool> is_frame(parts.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool is_own = i == 0 || (parts[i].parent < i && is_frame[parts[i].parent]);
    is_frame[i] = i == 0 || (is_own && (parts[i].flags & POSTERN_PART_CONTAINER) != 0);
    if (!is_own) continue;
    for (const mail::Defect& defect : parts[i].defects)
      if (is_of_structure(defect))
        add(HeaderCheck::mime, "",
            "MIME: " + printable(defect.code + (defect.text.empty() ? "" : ": " + defect.text), 200) + " (part " +
                parts[i].path + ")",
            0);
  }
}

// Some bytes around the place, of one line, in quotes.
std::string Checker::excerpt(size_t at) const {
  size_t from = at - std::min<size_t>(at, 20);
  if (const size_t end = mail_.substr(from, at - from).rfind('\n'); end != mail_.npos) from += end + 1;
  for (int i = 0; i < 3 && from < at && (static_cast<unsigned char>(mail_[from]) & 0xC0) == 0x80; ++i) ++from;
  const std::string_view shown = support::without_line_end(support::line_at(mail_.substr(from, at - from + 42), 0));
  return '"' + printable(shown.substr(0, at - from + 40), 160) + '"';
}

void Checker::add(HeaderCheck check, std::string_view field, std::string text, size_t offset) {
  if (wants(check)) faults_.push_back({check, std::string(field.substr(0, 998)), std::move(text), offset});
}

}  // namespace

const char* name(HeaderCheck check) {
  switch (check) {
    case HeaderCheck::other:
      return "other";
    case HeaderCheck::mime:
      return "mime";
    case HeaderCheck::syntax:
      return "syntax";
    case HeaderCheck::empty:
      return "empty";
    case HeaderCheck::too_long:
      return "long";
    case HeaderCheck::control:
      return "control";
    case HeaderCheck::eight_bit:
      return "8bit";
    case HeaderCheck::utf8:
      return "utf8";
    case HeaderCheck::missing:
      return "missing";
    case HeaderCheck::multiple:
      return "multiple";
  }
  return "?";
}

int minor(HeaderCheck check) {
  switch (check) {
    case HeaderCheck::other:
      return 0;
    case HeaderCheck::mime:
      return 1;
    case HeaderCheck::eight_bit:
    case HeaderCheck::utf8:
      return 2;
    case HeaderCheck::control:
      return 3;
    case HeaderCheck::empty:
      return 4;
    case HeaderCheck::too_long:
      return 5;
    case HeaderCheck::syntax:
      return 6;
    case HeaderCheck::missing:
      return 7;
    case HeaderCheck::multiple:
      return 8;
  }
  return 0;
}

}  // namespace postern::judge
