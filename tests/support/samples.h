// SPDX-License-Identifier: MIT
// Mails for tests, built when they are needed. All with CRLF line ends; EICAR's bytes stand nowhere in the source or
// the program, so that no scanner takes us for it.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::testing {

std::string eicar();  // the 68 bytes of EICAR's test file

// ---- material
struct File {
  std::string name, content;
};
std::string zip(const std::vector<File>& files);
std::string encrypted_zip(const std::vector<File>& files);  // says it is encrypted; nobody has the password
std::string tar(const std::vector<File>& files);
std::string gzip(const std::string& content);
std::string base64(std::string_view bytes);  // in lines of 76
std::string uuencode(std::string_view bytes, const std::string& name);  // from "begin" to "end"
struct Attachment {
  std::string type, name, content;  // name as it shall stand in filename="…"
};
// multipart/mixed with a text in front. A message/rfc822 attachment goes in as it is (RFC 2046 5.2.1), others in
// base64.
std::string mail_with(const std::string& subject, const std::vector<Attachment>& attachments);

// ---- mails
std::string clean(const std::string& subject = "Minutes of the meeting");
std::string html_with_image();
std::string nested_zip();                   // a text in a zip in a zip in a zip
std::string eicar_mail();                   // attached, in base64
std::string eicar_zip_in_forwarded_mail();  // attached in a zip to a mail that is attached to a mail
std::string
tricky_names();  // attachments with very long, reversed, doubled, climbing and unprintable names; nothing evil inside
std::string encrypted_zip_mail();
std::string zip_bomb_mail(size_t unpacked);  // a zip of so many zeros
std::string large_mail(size_t bytes);        // at least so many, of text
std::string eight_bit_mail();                // UTF-8 text as 8bit
std::string utf8_header_mail();              // UTF-8 in header fields (RFC 6532)
std::string long_lines_mail();               // lines of 20000 characters, more than RFC 5322 allows
std::string nul_mail();                      // NUL and other controls in the body
std::string no_separator_mail();             // header fields and then text, without an empty line between
std::string no_header_mail();                // begins with the empty line
std::string dots_mail();                     // lines that begin with dots

}  // namespace postern::testing
