// SPDX-License-Identifier: MIT
// RFC 3464 and, where an address is not ASCII, its international form of RFC 6533.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>

#include "base/utf8.h"
#include "notify/notices.h"

namespace postern::notify {
namespace {

struct Statement {
  const mail::ReceivedMail& mail;
  const std::vector<FailedRecipient>& failed;  // only those the sender wants to hear of
  const std::string& hostname;
  const std::string& boundary;
  bool is_international;  // RFC 6533 3: an address needs UTF-8
};

bool is_owed(const mail::Recipient& recipient);
bool is_ascii(std::string_view text);
std::string headers(const Statement& s);
std::string human_part(const Statement& s);
std::string status_part(const Statement& s);
std::string original_part(const Statement& s);

}  // namespace

std::string failure_notification(const mail::ReceivedMail& mail, const std::vector<FailedRecipient>& failed,
                                 const std::string& hostname, const std::string& boundary) {
  if (mail.envelope.sender.empty()) return {};
  std::vector<FailedRecipient> owed;
  bool is_international = !is_ascii(mail.envelope.sender);
  for (const FailedRecipient& f : failed) {
    const mail::Recipient& recipient = mail.envelope.recipients.at(f.recipient);
    if (!is_owed(recipient)) continue;
    is_international = is_international || !is_ascii(recipient.address);
    owed.push_back(f);
  }
  if (owed.empty()) return {};
  const Statement s{mail, owed, hostname, boundary, is_international};
  return headers(s) + human_part(s) + status_part(s) + original_part(s) + "--" + boundary + "--\r\n";
}

namespace {

// RFC 3461 4.1: without NOTIFY, failures are told.
bool is_owed(const mail::Recipient& recipient) {
  std::string keywords = recipient.notify;
  std::transform(keywords.begin(), keywords.end(), keywords.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return keywords.empty() || keywords.find("FAILURE") != std::string::npos;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Text from outside as the inside of one line: nothing that could end the line, and UTF-8 only where the form allows it
// (else \x{HEX}, as RFC 6533 3 writes it). Bounded, so that no line grows past RFC 5322 2.1.1.
std::string one_line(std::string_view text, bool utf8, size_t max = 400) {
  std::string out;
  while (!text.empty() && out.size() < max) {
    const base::Utf8 c = base::next_utf8(text);
    const bool is_break = c.code == '\n' || c.code == '\r' || c.code == '\t';
    const bool is_harmful = !c.valid || base::is_control(c.code) || base::is_deceptive(c.code);
    if (is_break) {
      out += ' ';
    } else if (is_harmful || (c.code >= 0x80 && !utf8)) {
      char escaped[16];
      ::snprintf(escaped, sizeof escaped, "\\x{%02X}", static_cast<unsigned>(c.code));
      out += escaped;
    } else {
      out.append(text.substr(0, c.length));
    }
    text.remove_prefix(c.length);
  }
  return text.empty() ? out : out + "...";
}

std::string rfc5322_date(std::chrono::system_clock::time_point time) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm t{};
  ::gmtime_r(&seconds, &t);
  char text[64];
  ::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
             t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

std::string headers(const Statement& s) {
  const std::string host = one_line(s.hostname, false);
  return "From: Content filter at " + host + " <postmaster@" + host + ">\r\n" + "To: <" +
         one_line(s.mail.envelope.sender, s.is_international, 900) + ">\r\n" + "Subject: Undelivered mail\r\n" +
         "Date: " + rfc5322_date(s.mail.arrived) + "\r\n" + "Message-ID: <dsn-" + one_line(s.mail.mail_id, false) +
         "@" + host + ">\r\n" + "Auto-Submitted: auto-replied\r\n" +  // RFC 3834 5
         "MIME-Version: 1.0\r\n" + "Content-Type: multipart/report; report-type=" +
         (s.is_international ? "global-delivery-status" : "delivery-status") + ";\r\n boundary=\"" + s.boundary +
         "\"\r\n\r\n";
}

std::string human_part(const Statement& s) {
  std::string out = "--" + s.boundary +
                    "\r\nContent-Type: text/plain; charset=" + (s.is_international ? "utf-8" : "us-ascii") +
                    "\r\nContent-Transfer-Encoding: " + (s.is_international ? "8bit" : "7bit") + "\r\n\r\n" +
                    "This is the mail filter at " + one_line(s.hostname, false) + ".\r\n\r\n" +
                    "Your mail could not be delivered to one or more recipients. Nobody will\r\n"
                    "try again. The header of your mail is attached.\r\n";
  for (const FailedRecipient& f : s.failed) {
    out += "\r\n<" + one_line(s.mail.envelope.recipients[f.recipient].address, s.is_international, 900) + ">:\r\n";
    out += "    " + std::to_string(f.reply.code) + " " + one_line(f.reply.enhanced, false) + " " +
           one_line(f.reply.text, s.is_international) + "\r\n";
  }
  return out + "\r\n";
}

// RFC 3461 4: "+" and two upper-case hexadecimal digits are a byte.
std::string decoded_xtext(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_pair = text[i] == '+' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (!is_pair) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

// RFC 3463 2: class.subject.detail. What a next hop made up otherwise is replaced by its class.
std::string status(const mail::Reply& reply) {
  int used = 0;
  unsigned subject = 0, detail = 0;
  const bool is_one = ::sscanf(reply.enhanced.c_str(), "5.%3u.%3u%n", &subject, &detail, &used) == 2 &&
                      static_cast<size_t>(used) == reply.enhanced.size();
  return is_one ? "5." + std::to_string(subject) + "." + std::to_string(detail) : "5.0.0";
}

// "127.0.0.1:10025" -> "[127.0.0.1]"; a name stays a name.
std::string remote_host(const std::string& remote) {
  std::string host = remote.substr(0, remote.rfind(':'));
  const bool is_v4 = host.find_first_not_of("0123456789.") == std::string::npos;
  return one_line(is_v4 && !host.empty() ? "[" + host + "]" : host, false);
}

std::string status_part(const Statement& s) {
  const bool utf8 = s.is_international;
  const auto field = [](const char* name, const std::string& value) { return name + (": " + value) + "\r\n"; };
  std::string out = "--" + s.boundary + "\r\nContent-Type: message/" +
                    (utf8 ? "global-delivery-status" : "delivery-status") +
                    "\r\nContent-Transfer-Encoding: " + (utf8 ? "8bit" : "7bit") + "\r\n\r\n";
  out += field("Reporting-MTA", "dns; " + one_line(s.hostname, false));
  if (!s.mail.client.name.empty())
    out += field("Received-From-MTA", "dns; " + one_line(s.mail.client.name, false));
  else if (!s.mail.client.address.empty())
    out += field("Received-From-MTA", "dns; [" + one_line(s.mail.client.address, false) + "]");
  out += field("Arrival-Date", rfc5322_date(s.mail.arrived));
  if (!s.mail.envelope.envid.empty())
    out += field("Original-Envelope-Id", one_line(decoded_xtext(s.mail.envelope.envid), utf8));
  for (const FailedRecipient& f : s.failed) {
    const mail::Recipient& r = s.mail.envelope.recipients[f.recipient];
    out += "\r\n";
    const size_t type = r.orcpt.find(';');
    if (type != std::string::npos)
      out += field("Original-Recipient",
                   one_line(r.orcpt.substr(0, type), false) + ";" +
                       one_line(decoded_xtext(std::string_view(r.orcpt).substr(type + 1)), utf8, 900));
    out += field("Final-Recipient", (is_ascii(r.address) ? "rfc822;" : "utf-8;") + one_line(r.address, utf8, 900));
    out += field("Action", "failed");
    out += field("Status", status(f.reply));
    if (!f.remote.empty()) out += field("Remote-MTA", "dns; " + remote_host(f.remote));
    out += field("Diagnostic-Code", "smtp; " + std::to_string(f.reply.code) + " " + one_line(f.reply.enhanced, false) +
                                        (f.reply.enhanced.empty() ? "" : " ") + one_line(f.reply.text, utf8));
    out += field("Final-Log-ID", one_line(s.mail.mail_id, false));
  }
  return out + "\r\n";
}

// The header with its last CRLF, cut between two lines where it is longer than anybody reads.
std::string_view original_header(std::string_view content) {
  constexpr size_t longest = 32 * 1024;
  const size_t end = content.substr(0, 2) == "\r\n" ? 0 : content.find("\r\n\r\n");
  std::string_view header =
      end == 0 ? std::string_view() : content.substr(0, end == std::string_view::npos ? end : end + 2);
  if (header.size() <= longest) return header;
  header = header.substr(0, longest);
  const size_t line = header.rfind("\r\n");
  return line == std::string_view::npos ? header : header.substr(0, line + 2);
}

// RFC 2045 6.7. Everything that could be more than text is written in digits, dashes at the start of a line included.
std::string quoted_printable(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  size_t column = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (text.substr(i, 2) == "\r\n") {
      out += "\r\n";
      column = 0;
      ++i;
      continue;
    }
    if (column > 72) {
      out += "=\r\n";
      column = 0;
    }
    const bool ends_line = i + 1 == text.size() || text.substr(i + 1, 2) == "\r\n";
    const bool is_plain = (c > 0x20 && c < 0x7F && c != '=' && !(c == '-' && column == 0)) || (c == ' ' && !ends_line);
    if (is_plain)
      out += static_cast<char>(c);
    else
      ((out += '=') += digits[c >> 4]) += digits[c & 15];
    column += is_plain ? 1 : 3;
  }
  return out;
}

// Lines of printable ASCII that need no encoding (RFC 2045 2.7).
bool is_seven_bit(std::string_view text) {
  size_t length = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\r\n") {
      length = 0;
      ++i;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t') || c >= 0x7F || ++length > 998) return false;
  }
  return true;
}

std::string original_part(const Statement& s) {
  const std::string_view header = original_header(s.mail.content.bytes());
  const bool plain = is_seven_bit(header);
  // RFC 6533 5: message/global-headers for a header in UTF-8; it may be encoded, which keeps the bytes whatever they
  // are.
  const bool global = !plain && s.is_international;
  std::string out = "--" + s.boundary +
                    "\r\nContent-Type: " + (global ? "message/global-headers" : "text/rfc822-headers") +
                    "\r\nContent-Transfer-Encoding: " + (plain ? "7bit" : "quoted-printable") + "\r\n\r\n";
  return out + (plain ? std::string(header) : quoted_printable(header)) + "\r\n";
}

}  // namespace
}  // namespace postern::notify
