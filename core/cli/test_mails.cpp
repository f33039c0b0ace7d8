// SPDX-License-Identifier: MIT
#include "cli/test_mails.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "cli/zip_writer.h"

namespace postern::cli {
namespace {

std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  return all;
}

// In lines of 76 characters (RFC 2045, 6.8), or in one.
std::string base64(std::string_view bytes, bool in_lines = true) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](size_t n) { return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0u; };
    const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
    if (in_lines && i > 0 && i % 57 == 0) out += "\r\n";
    out += digits[three >> 18];
    out += digits[three >> 12 & 63];
    out += i + 1 < bytes.size() ? digits[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? digits[three & 63] : '=';
  }
  return out;
}

struct Attachment {
  std::string type, name, content;
};

const std::string& author(const Letterhead& head) {
  return head.sender.empty() ? head.recipient : head.sender;
}

// All that stands in every header; fields that break rules are the one mail's business.
std::string header(const TestMail& mail, const Letterhead& head, const std::string& content_type) {
  return "From: <" + author(head) + ">\r\nTo: <" + head.recipient + ">\r\nSubject: Test mail: " + mail.name +
         "\r\nDate: " + head.date + "\r\nMessage-ID: <" + head.id +
         "@postern.invalid>\r\nX-Postern-Test: " + mail.name +
         "\r\nMIME-Version: 1.0\r\nContent-Type: " + content_type + "\r\n";
}

std::string introduction(const TestMail& mail) {
  return "This is a test of the mail filter. " + std::string(mail.what) + ".\r\nExpected: " + mail.expected + ".\r\n";
}

std::string text_mail(const TestMail& mail, const Letterhead& head, const std::string& text) {
  return header(mail, head, "text/plain; charset=us-ascii") + "\r\n" + introduction(mail) + "\r\n" + text;
}

// A mail inside a mail has another mark in its boundary.
std::string mail_with(const TestMail& mail, const Letterhead& head, const std::vector<Attachment>& attachments,
                      const std::string& mark = "outer") {
  const std::string boundary = "=_postern_" + mark, delimiter = "\r\n--" + boundary + "\r\n";
  std::string out = header(mail, head, "multipart/mixed; boundary=\"" + boundary + "\"") + delimiter +
                    "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + introduction(mail);
  for (const Attachment& a : attachments) {
    out += delimiter + "Content-Type: " + a.type + "\r\n";
    if (!a.name.empty()) out += "Content-Disposition: attachment; filename=\"" + a.name + "\"\r\n";
    // RFC 2046, 5.2.1: a mail is not encoded.
    out += a.type == "message/rfc822" ? "\r\n" + a.content
                                      : "Content-Transfer-Encoding: base64\r\n\r\n" + base64(a.content);
  }
  return out + "\r\n--" + boundary + "--\r\n";
}

const std::string harmless = "Only a text.\r\n";

std::string clean(const TestMail& mail, const Letterhead& head) {
  return text_mail(mail, head, "Nothing here is wrong.\r\n");
}

std::string utf8(const TestMail& mail, const Letterhead& head) {
  std::string out = header(mail, head, "text/plain; charset=utf-8");
  out.insert(out.find("\r\n", out.find("Subject:")), " gr\xC3\xBC\xC3\x9Ft \xE6\x97\xA5\xE6\x9C\xAC");
  return out + "Content-Transfer-Encoding: 8bit\r\n\r\n" + introduction(mail) +
         "\r\nGr\xC3\xBC\xC3\x9F"
         "e, \xE2\x82\xAC 5, \xE6\x97\xA5\xE6\x9C\xAC.\r\n";
}

std::string names(const TestMail& mail, const Letterhead& head) {
  return mail_with(
      mail, head,
      {{"text/plain", std::string(400, 'a') + ".txt", harmless},
       {"text/plain", "../../climbing.txt", harmless},
       {"text/plain", "$(id) `id` ;id; %s%n.txt", harmless},
       {"text/plain", "=?utf-8?B?" + base64("f\xC3\xBCr \xD0\xB4\xD0\xB0.txt", false) + "?=", harmless},
       {"application/zip", "names.zip",
        zip({stored("../../climbing.txt", harmless), stored("/absolute.txt", harmless), stored("con", harmless)})}});
}

std::string nested_archive(const TestMail& mail, const Letterhead& head) {
  const std::string inner = zip({stored("letter.txt", harmless)}), middle = zip({stored("inner.zip", inner)});
  return mail_with(mail, head, {{"application/zip", "outer.zip", zip({stored("middle.zip", middle)})}});
}

std::string virus(const TestMail& mail, const Letterhead& head) {
  return mail_with(mail, head, {{"application/octet-stream", "test-pattern.txt", eicar()}});
}

std::string zip_with_virus() {
  return zip({stored("readme.txt", harmless), stored("test-pattern.txt", eicar())});
}

std::string virus_in_zip(const TestMail& mail, const Letterhead& head) {
  return mail_with(mail, head, {{"application/zip", "test-pattern.zip", zip_with_virus()}});
}

std::string virus_forwarded(const TestMail& mail, const Letterhead& head) {
  const std::string forwarded =
      mail_with(mail, head, {{"application/zip", "test-pattern.zip", zip_with_virus()}}, "inner");
  return mail_with(mail, head, {{"message/rfc822", "", forwarded}});
}

std::string html_smuggling(const TestMail& mail, const Letterhead& head) {
  const std::string page =
      "<!DOCTYPE html>\r\n<html><body><p>Your download begins.</p><script>\r\nvar data = \"" + base64(eicar(), false) +
      "\";\r\nvar bytes = Uint8Array.from(atob(data), function (c) { return c.charCodeAt(0); });\r\n"
      "var blob = new Blob([bytes], {type: \"application/octet-stream\"});\r\nvar link = "
      "document.createElement(\"a\");\r\n"
      "link.href = URL.createObjectURL(blob);\r\nlink.download = "
      "\"test-pattern.txt\";\r\nlink.click();\r\n</script></body></html>\r\n";
  return mail_with(mail, head, {{"text/html", "download.html", page}});
}

// A page without a word, and a file attached to it (ISO 32000-1, 7.11.4). In hexadecimal: who does not open the PDF
// does not see the pattern.
std::string pdf_with(std::string_view name, std::string_view content) {
  std::string hex;
  for (const char c : content) {
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
  }
  hex += '>';
  const std::string objects[] = {
      "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(" + std::string(name) + ") 4 0 R] >> >> >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>",
      "<< /Type /Filespec /F (" + std::string(name) + ") /EF << /F 5 0 R >> >>",
      "<< /Type /EmbeddedFile /Filter /ASCIIHexDecode /Length " + std::to_string(hex.size()) + " >>\nstream\n" + hex +
          "\nendstream",
  };
  std::string out = "%PDF-1.7\n", table = "xref\n0 6\n0000000000 65535 f \n";
  int number = 0;
  for (const std::string& object : objects) {
    const std::string offset = std::to_string(out.size());
    table += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    out += std::to_string(++number) + " 0 obj\n" + object + "\nendobj\n";
  }
  const std::string start = std::to_string(out.size());
  return out + table + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
}

std::string pdf_attachment(const TestMail& mail, const Letterhead& head) {
  return mail_with(mail, head, {{"application/pdf", "report.pdf", pdf_with("test-pattern.txt", eicar())}});
}

std::string spam(const TestMail& mail, const Letterhead& head) {
  return text_mail(mail, head, gtube() + "\r\n");
}

std::string banned(const TestMail& mail, const Letterhead& head) {
  return mail_with(mail, head, {{"application/octet-stream", "invoice.pdf.exe", harmless}});
}

std::string encrypted(const TestMail& mail, const Letterhead& head) {
  return mail_with(mail, head, {{"application/zip", "salaries.zip", zip({locked("salaries.txt", 200)})}});
}

// A gibibyte of zeros in a mail of some 110 kB: 64 members of a zip in a zip.
std::string bomb(const TestMail& mail, const Letterhead& head) {
  std::vector<ZipMember> members(64, deflated("zeros.bin", std::string(16u << 20, '\0')));
  for (size_t i = 0; i < members.size(); ++i) members[i].name = "zeros" + std::to_string(i) + ".bin";
  return mail_with(mail, head, {{"application/zip", "outer.zip", zip({deflated("inner.zip", zip(members))})}});
}

std::string bad_header(const TestMail& mail, const Letterhead& head) {
  return "From: <" + author(head) + ">\r\nTo: <" + head.recipient +
         ">\r\nSubject: Test mail: bad-header\r\nSubject: and a second subject\r\nMessage-ID: <" + head.id +
         "@postern.invalid>\r\nX-Postern-Test: bad-header\r\nX-Latin-1: caf\xE9\r\nX-Long: " + std::string(1200, 'x') +
         "\r\n\r\n" + introduction(mail);
}

// Readers that take the first boundary see another mail than those that take the second.
std::string ambiguous_mime(const TestMail& mail, const Letterhead& head) {
  std::string out = header(mail, head, "multipart/mixed; boundary=\"one\"; boundary=\"two\"") + "\r\n";
  for (const char* boundary : {"one", "two"})
    out += "--" + std::string(boundary) + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" +
           introduction(mail) + "This is what readers see who take boundary " + boundary + ".\r\n--" + boundary +
           "--\r\n";
  return out;
}

constexpr const char* arrives = "it arrives";
constexpr const char* stopped = "it is held in quarantine or refused";
constexpr const char* by_policy = "it is marked, held or refused, as the configuration says";

constexpr TestMail all[] = {
    {"clean", "A text and nothing else", arrives, false, false, clean},
    {"utf8", "UTF-8 in header and text, sent with SMTPUTF8", arrives, false, true, utf8},
    {"names", "Attachments with odd but lawful names: very long, climbing, full of shell characters", arrives, false,
     false, names},
    {"nested-archive", "A text in a zip in a zip in a zip", arrives, false, false, nested_archive},
    {"virus", "The EICAR test pattern as an attachment", stopped, true, false, virus},
    {"virus-in-zip", "The EICAR test pattern in a zip", stopped, true, false, virus_in_zip},
    {"virus-forwarded", "The EICAR test pattern in a zip that is attached to a forwarded mail", stopped, true, false,
     virus_forwarded},
    {"html-smuggling", "A page whose script puts the EICAR test pattern together in the browser", by_policy, true,
     false, html_smuggling},
    {"pdf-attachment", "The EICAR test pattern in a file that is attached to a PDF", by_policy, true, false,
     pdf_attachment},
    {"spam", "The GTUBE test pattern of spam filters", by_policy, true, false, spam},
    {"banned", "A text that is called invoice.pdf.exe", by_policy, true, false, banned},
    {"encrypted", "A zip that needs a password", by_policy, true, false, encrypted},
    {"bomb", "A zip that unpacks to a gibibyte of zeros", by_policy, true, false, bomb},
    {"bad-header", "A header with two subjects, no date, 8-bit data and an over-long line", by_policy, true, false,
     bad_header},
    {"ambiguous-mime", "Two boundaries for one multipart, so that readers see different mails", by_policy, true, false,
     ambiguous_mime},
};

}  // namespace

std::span<const TestMail> test_mails() {
  return all;
}

const TestMail* find_test_mail(std::string_view name) {
  const auto found =
      std::find_if(std::begin(all), std::end(all), [&](const TestMail& mail) { return mail.name == name; });
  return found == std::end(all) ? nullptr : found;
}

std::string eicar() {
  return joined({"X5O!P%@AP[4\\PZX", "54(P^)7CC)7}$", "EICAR", "-STANDARD-ANTIV", "IRUS-TEST-", "FILE!$H", "+H*"});
}

std::string gtube() {
  return joined({"XJS*C4JDBQADN1", ".NSBN3*2IDNEN*", "GTUBE", "-STANDARD-ANTI-", "UBE-TEST-EMAIL", "*C.34X"});
}

}  // namespace postern::cli
