// SPDX-License-Identifier: MIT
#include "support/samples.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <stdexcept>

namespace postern::testing {
namespace {

constexpr const char* boundary = "=_part_4711";

std::string header(const std::string& subject, const std::string& content_type) {
  return "From: Sender <sender@example.org>\r\n"
         "To: recipient@example.org\r\n"
         "Subject: " +
         subject +
         "\r\n"
         "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n"
         "Message-ID: <4711@example.org>\r\n"
         "MIME-Version: 1.0\r\n"
         "Content-Type: " +
         content_type + "\r\n";
}

std::string text_mail(const std::string& subject, const std::string& type, const std::string& encoding,
                      const std::string& body) {
  return header(subject, type) + "Content-Transfer-Encoding: " + encoding + "\r\n\r\n" + body;
}

std::string part(const Attachment& a) {
  const bool is_mail = a.type == "message/rfc822";
  std::string text = "--" + std::string(boundary) + "\r\nContent-Type: " + a.type + "\r\n";
  if (!a.name.empty()) text += "Content-Disposition: attachment; filename=\"" + a.name + "\"\r\n";
  if (!is_mail) text += "Content-Transfer-Encoding: base64\r\n";
  return text + "\r\n" + (is_mail ? a.content : base64(a.content)) + "\r\n";
}

// A PNG of one red pixel.
std::string image() {
  static constexpr unsigned char bytes[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
      0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
      0x0c, 0x49, 0x44, 0x41, 0x54, 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0x18,
      0xdd, 0x8d, 0xb0, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

// ---- libarchive's writer, into memory

la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void check(archive* a, int rc) {
  if (rc != ARCHIVE_OK) throw std::runtime_error(std::string("archive: ") + ::archive_error_string(a));
}

std::string packed(int format, int filter, const std::vector<File>& files, const char* encryption = nullptr) {
  std::string out;
  const std::unique_ptr<archive, int (*)(archive*)> a(::archive_write_new(), ::archive_write_free);
  check(a.get(), ::archive_write_set_format(a.get(), format));
  if (filter != 0) check(a.get(), ::archive_write_add_filter(a.get(), filter));
  if (encryption) {
    check(a.get(), ::archive_write_set_options(a.get(), encryption));
    check(a.get(), ::archive_write_set_passphrase(a.get(), "nobody knows"));
  }
  check(a.get(), ::archive_write_set_bytes_in_last_block(a.get(), 1));
  check(a.get(), ::archive_write_open(a.get(), &out, nullptr, append, nullptr));
  for (const File& file : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(::archive_entry_new(), ::archive_entry_free);
    ::archive_entry_set_pathname(entry.get(), file.name.c_str());
    ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    ::archive_entry_set_filetype(entry.get(), 0100000);  // a regular file
    ::archive_entry_set_perm(entry.get(), 0644);
    check(a.get(), ::archive_write_header(a.get(), entry.get()));
    if (::archive_write_data(a.get(), file.content.data(), file.content.size()) < 0) check(a.get(), ARCHIVE_FATAL);
  }
  check(a.get(), ::archive_write_close(a.get()));
  return out;
}

}  // namespace

std::string eicar() {
  static constexpr std::string_view pieces[] = {
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-", "STANDARD-", "ANTIVIRUS-", "TEST-FILE!", "$H+H*"};
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  return all;
}

// ---- material

std::string zip(const std::vector<File>& files) {
  return packed(ARCHIVE_FORMAT_ZIP, 0, files);
}
std::string encrypted_zip(const std::vector<File>& files) {
  return packed(ARCHIVE_FORMAT_ZIP, 0, files, "zip:encryption=traditional");
}
std::string tar(const std::vector<File>& files) {
  return packed(ARCHIVE_FORMAT_TAR_USTAR, 0, files);
}
std::string gzip(const std::string& content) {
  return packed(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, {{"data", content}});
}

std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  size_t column = 0;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](size_t n) { return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0u; };
    const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
    if (column == 76) {
      out += "\r\n";
      column = 0;
    }
    out += digits[three >> 18];
    out += digits[three >> 12 & 63];
    out += i + 1 < bytes.size() ? digits[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? digits[three & 63] : '=';
    column += 4;
  }
  return out;
}

std::string uuencode(std::string_view bytes, const std::string& name) {
  const auto digit = [](unsigned bits) { return static_cast<char>((bits & 63) == 0 ? '`' : ' ' + (bits & 63)); };
  std::string out = "begin 644 " + name + "\r\n";
  for (size_t line = 0; line < bytes.size(); line += 45) {
    const std::string_view piece = bytes.substr(line, 45);
    out += digit(static_cast<unsigned>(piece.size()));
    for (size_t i = 0; i < piece.size(); i += 3) {
      const auto at = [&](size_t n) { return i + n < piece.size() ? static_cast<unsigned char>(piece[i + n]) : 0u; };
      const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
      for (const int shift : {18, 12, 6, 0}) out += digit(three >> shift);
    }
    out += "\r\n";
  }
  return out + "`\r\nend\r\n";
}

std::string mail_with(const std::string& subject, const std::vector<Attachment>& attachments) {
  // A boundary inside a boundary must differ from it.
  size_t depth = 0;
  for (const Attachment& a : attachments)
    for (size_t at = 0; (at = a.content.find(boundary, at)) != std::string::npos; ++at) ++depth;
  const std::string own = boundary + std::string("_") + std::to_string(depth) + "_";
  std::string text = header(subject, "multipart/mixed; boundary=\"" + own + "\"") + "\r\nThis is a MIME mail.\r\n--" +
                     own + "\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n";
  for (const Attachment& a : attachments) text += "--" + own + part(a).substr(2 + std::string_view(boundary).size());
  return text + "--" + own + "--\r\n";
}

// ---- mails

std::string clean(const std::string& subject) {
  return text_mail(subject, "text/plain; charset=us-ascii", "7bit",
                   "Hello,\r\n\r\nthe minutes are on the board. We meet again on Thursday.\r\n\r\nRegards\r\n");
}

std::string html_with_image() {
  return header("Our new garden", "multipart/related; boundary=\"rel\"") +
         "\r\n--rel\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n"
         "<html><body><p>This is our garden:</p><img src=\"cid:image@example.org\"></body></html>\r\n"
         "--rel\r\nContent-Type: image/png; name=\"garden.png\"\r\nContent-ID: "
         "<image@example.org>\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64(image()) + "\r\n--rel--\r\n";
}

std::string nested_zip() {
  const std::string inner = zip({{"letter.txt", "Three zips deep, and nothing but text.\r\n"}});
  return mail_with("The archive of the archives",
                   {{"application/zip", "outer.zip", zip({{"middle.zip", zip({{"inner.zip", inner}})}})}});
}

std::string eicar_mail() {
  return mail_with("Please look at this", {{"application/octet-stream", "eicar.com", eicar()}});
}

std::string eicar_zip_in_forwarded_mail() {
  const std::string forwarded =
      mail_with("Invoice", {{"application/zip", "invoice.zip", zip({{"invoice.com", eicar()}})}});
  return mail_with("Fwd: Invoice", {{"message/rfc822", "", forwarded}});
}

std::string tricky_names() {
  const std::string text = "Only a text.\r\n";
  return mail_with("Names",
                   {
                       {"text/plain", std::string(4000, 'a') + ".txt", text},
                       {"text/plain", "invoice\xe2\x80\xaetxt.exe", text},  // U+202E turns what follows around
                       {"text/plain", "photo.jpg.exe", text},
                       {"text/plain", "../../../../etc/passwd", text},
                       {"text/plain", "a\tb\x01\x1b[31mc.txt", text},
                       {"text/plain", "", text},
                       {"application/zip", "names.zip",
                        zip({{"../../climb.txt", text}, {"/etc/absolute.txt", text}, {std::string(900, 'z'), text}})},
                   });
}

std::string encrypted_zip_mail() {
  return mail_with("Salaries", {{"application/zip", "salaries.zip", encrypted_zip({{"salaries.txt", "secret\r\n"}})}});
}

std::string zip_bomb_mail(size_t unpacked) {
  return mail_with("Zeros", {{"application/zip", "zeros.zip", zip({{"zeros.bin", std::string(unpacked, '\0')}})}});
}

std::string large_mail(size_t bytes) {
  std::string body;
  body.reserve(bytes + 80);
  for (unsigned n = 0; body.size() < bytes; ++n)
    body += "Line " + std::to_string(n) + " of a long story about nothing in particular.\r\n";
  return text_mail("A long story", "text/plain; charset=us-ascii", "7bit", body);
}

std::string eight_bit_mail() {
  return text_mail("Gruss", "text/plain; charset=utf-8", "8bit",
                   "Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f"
                   "e, \xe2\x82\xac 5\r\n");
}

std::string utf8_header_mail() {
  return "From: J\xc3\xb6rg <j\xc3\xb6rg@example.org>\r\nTo: recipient@example.org\r\nSubject: Gr\xc3\xbc\xc3\x9f"
         "e\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nBis bald.\r\n";
}

std::string long_lines_mail() {
  return text_mail("Long lines", "text/plain; charset=us-ascii", "7bit",
                   std::string(20000, 'x') + "\r\n" + std::string(20000, 'y') + "\r\nshort\r\n");
}

std::string nul_mail() {
  using namespace std::string_literals;
  return text_mail("NUL", "text/plain; charset=us-ascii", "7bit", "before\0after\0\0\r\n\x01\x02\x7f\x1b\r\nend\r\n"s);
}

std::string no_separator_mail() {
  return "From: sender@example.org\r\nSubject: no separator\r\nThis line is not a field and no empty line came.\r\nNor "
         "here.\r\n";
}
std::string no_header_mail() {
  return "\r\nThe first line was empty, so this has no header.\r\n";
}

std::string dots_mail() {
  return text_mail("Dots", "text/plain; charset=us-ascii", "7bit", ".\r\n..\r\n...\r\n.x\r\nx.\r\n\r\n.\r\n");
}

}  // namespace postern::testing
