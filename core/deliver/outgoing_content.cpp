// SPDX-License-Identifier: MIT
#include "deliver/outgoing_content.h"

#include <strings.h>

#include <algorithm>

namespace postern::deliver {
namespace {

// RFC 5322 3.6.8: printable ASCII without the colon. 4.5.8: blanks before the colon were legal once and still arrive.
// npos: the line is not a field.
size_t field_name_length(std::string_view line) {
  size_t at = 0;
  while (at < line.size() && line[at] > 0x20 && line[at] < 0x7f && line[at] != ':') ++at;
  const size_t length = at;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  return length > 0 && at < line.size() && line[at] == ':' ? length : std::string_view::npos;
}

bool is_field(std::string_view line) {
  return field_name_length(line) != std::string_view::npos;
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// With its line end, where it has one.
std::string_view first_line(std::string_view text) {
  const size_t end = text.find('\n');
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

// The first line of text, which is a field, with the lines that continue it.
std::string_view first_field(std::string_view text) {
  size_t length = first_line(text).size();
  while (length < text.size() && is_blank(text[length])) length += first_line(text.substr(length)).size();
  return text.substr(0, length);
}

// Postfix's smtpd knows both forms and makes a field of them.
std::string_view mbox_line(std::string_view content) {
  if (!content.starts_with("From ") && !content.starts_with(">From ")) return {};
  return first_line(content);
}

bool is_named(std::string_view field, const std::vector<std::string>& names) {
  const std::string_view name = field.substr(0, field_name_length(field));
  return std::any_of(names.begin(), names.end(), [&](const std::string& wanted) {
    return wanted.size() == name.size() && ::strncasecmp(wanted.data(), name.data(), name.size()) == 0;
  });
}

// A value may be folded (CRLF and a blank, RFC 5322 2.2.3); any other line end in it would be an injection.
bool is_safe_value(std::string_view value) {
  for (size_t at = value.find_first_of("\r\n"); at != std::string_view::npos; at = value.find_first_of("\r\n", at + 2))
    if (value.substr(at, 2) != "\r\n" || at + 2 >= value.size() || !is_blank(value[at + 2])) return false;
  return value.find('\0') == std::string_view::npos;
}

}  // namespace

OutgoingContent::OutgoingContent(std::string_view content, const mail::HeaderEdits& edits) {
  for (const auto& [name, value] : edits.prepend) {
    is_unsafe_ = is_unsafe_ || field_name_length(name + ':') != name.size() || !is_safe_value(value);
    fields_.append(name).append(": ").append(value).append("\r\n");
  }
  if (const std::string_view line = mbox_line(content); line.ends_with("\r\n")) {
    pieces_.push_back(line);
    content.remove_prefix(line.size());
  }
  const size_t place = pieces_.size();

  // The header ends where the next hop will see it end: at the first line that neither is nor continues a field.
  size_t kept = 0, at = 0;
  while (!edits.remove.empty() && at < content.size() && is_field(first_line(content.substr(at)))) {
    const std::string_view field = first_field(content.substr(at));
    if (is_named(field, edits.remove)) {
      if (at > kept) pieces_.push_back(content.substr(kept, at - kept));
      kept = at + field.size();
    }
    at += field.size();
  }
  if (kept < content.size()) pieces_.push_back(content.substr(kept));

  if (fields_.empty()) return;
  if (place < pieces_.size()) {
    const std::string_view follows = first_line(pieces_[place]);
    if (follows != "\r\n" && !is_field(follows)) fields_.append("\r\n");
  }
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(place), fields_);
}

uint64_t OutgoingContent::size() const {
  uint64_t total = 0;
  for (const std::string_view piece : pieces_) total += piece.size();
  return total + (pieces_.empty() || pieces_.back().ends_with("\r\n") ? 0 : 2);
}

bool OutgoingContent::is_ascii() const {
  return std::all_of(pieces_.begin(), pieces_.end(), [](std::string_view piece) {
    return std::none_of(piece.begin(), piece.end(), [](char c) { return (c & 0x80) != 0; });
  });
}

void OutgoingContent::rewind() {
  piece_ = offset_ = 0;
  is_line_start_ = true;
}

OutgoingContent::Chunk OutgoingContent::next(std::string& chunk) {
  chunk.clear();
  if (is_unsafe_) return Chunk::unsafe;
  while (piece_ < pieces_.size()) {
    if (chunk.size() >= chunk_size) return Chunk::more;
    const std::string_view rest = pieces_[piece_].substr(offset_);
    std::string_view line = rest.substr(0, chunk_size);
    const size_t newline = line.find('\n');
    const bool is_complete = newline != std::string_view::npos;
    if (is_complete)
      line = line.substr(0, newline + 1);
    else if (line.size() < rest.size() && line.back() == '\r')
      line.remove_suffix(1);  // its LF comes with it, next time

    if (is_complete && !line.ends_with("\r\n")) return Chunk::unsafe;
    if (line.substr(0, line.size() - (is_complete ? 2 : 0)).find('\r') != std::string_view::npos) return Chunk::unsafe;

    if (is_line_start_ && line.front() == '.') chunk += '.';
    chunk.append(line);
    is_line_start_ = is_complete;
    offset_ += line.size();
    if (line.size() == rest.size()) {
      ++piece_;
      offset_ = 0;
    }
  }
  chunk.append(is_line_start_ ? ".\r\n" : "\r\n.\r\n");
  return Chunk::last;
}

}  // namespace postern::deliver
