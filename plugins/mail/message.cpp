// SPDX-License-Identifier: MIT
#include "message.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace postern::mail_notice {
namespace {

constexpr size_t longest_value = 400;  // of one fact; a notice is read by people
constexpr size_t most_values = 20;     // of a repeated one

std::string date_field(int64_t now);
std::string address_field(std::string_view name, const std::vector<std::string>& addresses);
std::string body_of(const Facts& facts);
std::string quoted_printable(std::string_view text);

}  // namespace

std::string compose(const Frame& frame, const Facts& facts) {
  std::string reason =
      facts.viruses.empty() ? (facts.reasons.empty() ? "" : facts.reasons.front()) : facts.viruses.front();
  if (!reason.empty()) reason = ": " + reason;
  const std::string category = facts.category.empty() ? "mail" : facts.category;
  std::string m;
  m += "From: \"Postern content filter\" <" + frame.from + ">\r\n";
  m += address_field("To", frame.to);
  m += unstructured_field("Subject", one_line("Blocked (" + category + ")" + reason, 150));
  m += "Date: " + date_field(frame.now) + "\r\n";
  m += "Message-ID: <" + frame.unique + "@" + frame.hostname + ">\r\n";
  m += "Auto-Submitted: auto-generated\r\n";  // RFC 3834 5: nobody's vacation program answers
  m += "MIME-Version: 1.0\r\n";
  m += "Content-Type: text/plain; charset=utf-8\r\n";
  m += "Content-Transfer-Encoding: quoted-printable\r\n";
  m += "\r\n";
  return m + quoted_printable(body_of(facts));
}

bool is_plain_address(std::string_view address) {
  const size_t at = address.rfind('@');
  if (address.size() > 254 || at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
  return std::all_of(address.begin(), address.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  });
}

namespace {

std::string visible(unsigned char byte) {
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02X", byte);
  return text;
}

// The bytes of the UTF-8 character at the front, 0 when it is none (RFC 3629: no overlong forms, no surrogates).
size_t character_size(std::string_view s, uint32_t* code) {
  const auto byte = [&](size_t n) { return static_cast<unsigned char>(s[n]); };
  const unsigned char first = byte(0);
  *code = first;
  if (first < 0x80) return 1;
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || s.size() < size) return 0;
  *code = first & (0x7Fu >> size);
  for (size_t n = 1; n < size; ++n) {
    if ((byte(n) & 0xC0) != 0x80) return 0;
    *code = *code << 6 | (byte(n) & 0x3Fu);
  }
  if (size == 3 && (*code < 0x800 || (*code >= 0xD800 && *code <= 0xDFFF))) return 0;
  if (size == 4 && (*code < 0x10000 || *code > 0x10FFFF)) return 0;
  return size;
}

// Would change how the rest of the line is read: C0, C1, line and paragraph separators, bidirectional controls, byte
// order mark.
bool is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

}  // namespace

std::string one_line(std::string_view raw, size_t limit) {
  static constexpr std::string_view cut = "...";
  std::string out;
  while (!raw.empty()) {
    uint32_t code = 0;
    const size_t size = character_size(raw, &code);
    std::string next;
    if (size == 0 || is_control(code))
      for (size_t n = 0; n < std::max<size_t>(size, 1); ++n) next += visible(static_cast<unsigned char>(raw[n]));
    else
      next = raw.substr(0, size);
    if (out.size() + next.size() + cut.size() > limit) return out.append(cut);
    out += next;
    raw.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

namespace {

std::string base64(std::string_view in) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t at = 0; at < in.size(); at += 3) {
    uint32_t group = 0;
    for (size_t n = 0; n < 3; ++n)
      group = group << 8 | (at + n < in.size() ? static_cast<unsigned char>(in[at + n]) : 0u);
    for (size_t n = 0; n < 4; ++n) out += at + n <= in.size() ? alphabet[group >> (18 - 6 * n) & 63] : '=';
  }
  return out;
}

// RFC 2047 2: an encoded word has at most 75 characters, and no character is split between two.
std::string encoded_words(std::string_view text) {
  constexpr size_t most = 45;  // bytes: 60 of base64 and 12 around them
  std::string out;
  while (!text.empty()) {
    size_t take = 0;
    for (uint32_t code = 0; take < text.size();) {
      const size_t size = std::max<size_t>(character_size(text.substr(take), &code), 1);
      if (take + size > most) break;
      take += size;
    }
    out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + base64(text.substr(0, take)) + "?=";
    text.remove_prefix(take);
  }
  return out;
}

}  // namespace

std::string unstructured_field(std::string_view name, std::string_view clean) {
  const bool is_ascii = std::all_of(clean.begin(), clean.end(), [](char c) { return c >= ' ' && c <= '~'; });
  std::string out = std::string(name) + ": ";
  // "=?" in plain text would be read as an encoded word by the other side.
  if (!is_ascii || clean.find("=?") != std::string_view::npos) return out + encoded_words(clean) + "\r\n";
  size_t column = out.size();
  while (!clean.empty()) {
    const size_t space = std::min(clean.find(' ', 1), clean.size());
    const std::string_view word = clean.substr(0, space);
    // Folded before a blank that something visible follows, so that no line is blank only (RFC 5322 3.2.2).
    if (column + word.size() > 76 && word.size() > 1 && word[0] == ' ' && column > name.size() + 2) {
      out += "\r\n";
      column = 0;
    }
    out += word;
    column += word.size();
    clean.remove_prefix(space);
  }
  return out + "\r\n";
}

namespace {

std::string address_field(std::string_view name, const std::vector<std::string>& addresses) {
  std::string out = std::string(name) + ": ";
  for (size_t n = 0; n < addresses.size(); ++n) out += (n ? ",\r\n " : "") + addresses[n];
  return out + "\r\n";
}

// strftime() would speak the process's language.
std::string date_field(int64_t now) {
  static constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = now;
  std::tm t{};
  ::gmtime_r(&seconds, &t);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %d %s %d %02d:%02d:%02d +0000", days[static_cast<size_t>(t.tm_wday)], t.tm_mday,
                months[static_cast<size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

void line(std::string* out, std::string_view label, std::string_view raw) {
  if (raw.empty()) return;
  std::string head(label);
  head += ':';
  head.resize(std::max<size_t>(head.size() + 1, 14), ' ');
  *out += head + one_line(raw, longest_value) + "\n";
}

void lines(std::string* out, std::string_view label, const std::vector<std::string>& all) {
  for (size_t n = 0; n < std::min(all.size(), most_values); ++n) line(out, label, all[n]);
  if (all.size() > most_values) line(out, label, "and " + std::to_string(all.size() - most_values) + " more");
}

std::string body_of(const Facts& f) {
  std::string b = "A mail was blocked by the content filter.\n\n";
  line(&b, "Category", f.category);
  lines(&b, "Virus", f.viruses);
  lines(&b, "Reason", f.reasons);
  line(&b, "Quarantine", f.quarantine.empty() ? "no copy was kept" : f.quarantine);
  b += "\n";
  line(&b, "Sender", f.from.empty() ? "<>" : f.from);
  lines(&b, "Recipient", f.recipients);
  line(&b, "Subject", f.subject);
  line(&b, "Message-ID", f.message_id);
  line(&b, "Size", f.size.empty() ? "" : f.size + " bytes");
  b += "\n";
  line(&b, "Client", f.client_name.empty() ? f.client_address : f.client_name + " [" + f.client_address + "]");
  line(&b, "Mail id", f.mail_id);
  line(&b, "Queue id", f.queue_id);
  line(&b, "Time", f.time);
  return b;
}

// RFC 2045 6.7. text has "\n" line ends and no other control characters.
std::string quoted_printable(std::string_view text) {
  std::string out;
  size_t column = 0;
  for (size_t n = 0; n < text.size(); ++n) {
    const auto c = static_cast<unsigned char>(text[n]);
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = n + 1 == text.size() || text[n + 1] == '\n';
    // A point at the start of a line is SMTP's business, and "From " some mailboxes': both safe when encoded.
    const bool is_plain =
        (c > ' ' && c <= '~' && c != '=' && !(column == 0 && (c == '.' || c == 'F'))) || (c == ' ' && !ends_line);
    const size_t width = is_plain ? 1 : 3;
    if (column + width > 75) {
      out += "=\r\n";
      column = 0;
    }
    if (is_plain) {
      out += static_cast<char>(c);
    } else {
      char code[4];
      std::snprintf(code, sizeof code, "=%02X", c);
      out += code;
    }
    column += width;
  }
  return out;
}

}  // namespace
}  // namespace postern::mail_notice
