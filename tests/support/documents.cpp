// SPDX-License-Identifier: MIT
#include "support/documents.h"

#include <openssl/evp.h>

#include <cstdio>
#include <numeric>
#include <utility>

#include "support/samples.h"

namespace postern::testing {
namespace {

std::string xref_line(size_t offset, int generation, char kind) {
  char line[32];
  std::snprintf(line, sizeof line, "%010zu %05d %c \n", offset, generation, kind);
  return line;
}

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string md5(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_md5(), nullptr);
  return {reinterpret_cast<const char*>(digest), size};
}

std::string rc4(const std::string& key, const std::string& text) {
  unsigned char s[256];
  std::iota(std::begin(s), std::end(s), static_cast<unsigned char>(0));
  for (unsigned i = 0, j = 0; i < 256; ++i) {
    j = (j + s[i] + static_cast<unsigned char>(key[i % key.size()])) & 255;
    std::swap(s[i], s[j]);
  }
  std::string out;
  unsigned i = 0, j = 0;
  for (const char c : text) {
    i = (i + 1) & 255;
    j = (j + s[i]) & 255;
    std::swap(s[i], s[j]);
    out += static_cast<char>(static_cast<unsigned char>(c) ^ s[(s[i] + s[j]) & 255]);
  }
  return out;
}

// What stands in for an empty password, ISO 32000-1 7.6.3.3.
constexpr unsigned char padding[] = {0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e,
                                     0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68,
                                     0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a};

std::string pad() {
  return {reinterpret_cast<const char*>(padding), sizeof padding};
}

std::string encryption(const std::string& owner, const std::string& user) {
  return "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + hex(owner) + "> /U <" + hex(user) +
         "> >> /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
}

// The file's identifier, as the trailer has it.
const std::string file_id("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);

PdfObjects attached(const std::string& name, const std::string& stream) {
  PdfObjects objects = pdf_pages("/Names << /EmbeddedFiles << /Names [(" + name + ") 4 0 R] >> >>");
  objects[4] = "<< /Type /Filespec /F (" + name + ") /UF (" + name + ") /EF << /F 5 0 R >> >>";
  objects[5] = stream;
  return objects;
}

uint32_t adler32(const std::string& text) {
  uint32_t a = 1, b = 0;
  for (const char c : text) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

}  // namespace

// ---- PDF

std::string pdf_stream(const std::string& data, const std::string& entries) {
  return "<< /Length " + std::to_string(data.size()) + " " + entries + " >>\nstream\n" + data + "\nendstream";
}

std::string pdf_flate(std::string data, int times) {
  std::string filters;
  for (int i = 0; i < times; ++i) {
    data = zlib(data);
    filters += " /FlateDecode";
  }
  return pdf_stream(data, "/Type /EmbeddedFile /Filter [" + filters + " ]");
}

PdfObjects pdf_pages(const std::string& of_catalog, const std::string& of_page) {
  return {{1, "<< /Type /Catalog /Pages 2 0 R " + of_catalog + " >>"},
          {2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"},
          {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] " + of_page + " >>"}};
}

std::string pdf(const PdfObjects& objects, const PdfWriting& how) {
  std::string file = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", table = xref_line(0, 65535, 'f');
  int next = 1;
  for (const auto& [number, body] : objects) {
    for (; next < number; ++next) table += xref_line(0, 65535, 'f');
    table += xref_line(how.right_xref ? file.size() : 3, 0, 'n');
    ++next;
    file += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  }
  const size_t start = how.right_xref ? file.size() : 5;
  return how.before + file + "xref\n0 " + std::to_string(next) + "\n" + table + "trailer\n<< /Size " +
         std::to_string(next) + " /Root 1 0 R " + how.trailer + " >>\nstartxref\n" + std::to_string(start) +
         "\n%%EOF\n";
}

std::string pdf_update(const std::string& file, const PdfObjects& changed) {
  std::string out = file, table;
  for (const auto& [number, body] : changed) {
    table += std::to_string(number) + " 1\n" + xref_line(out.size(), 0, 'n');
    out += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  }
  const size_t previous = file.rfind("startxref\n") + 10, start = out.size();
  return out + "xref\n" + table + "trailer\n<< /Size 100 /Root 1 0 R /Prev " +
         file.substr(previous, file.find('\n', previous) - previous) + " >>\nstartxref\n" + std::to_string(start) +
         "\n%%EOF\n";
}

std::string pdf_with_attachment(const std::string& name, const std::string& content) {
  return pdf(attached(name, pdf_stream(content, "/Type /EmbeddedFile")));
}

std::string pdf_owner_only(const std::string& name, const std::string& content) {
  const std::string owner = rc4(md5("secret" + pad().substr(0, 26)).substr(0, 5), pad());
  const std::string key = md5(pad() + owner + "\xfc\xff\xff\xff" + file_id).substr(0, 5);  // /P -4
  const std::string of_stream = md5(key + std::string("\x05\0\0\0\0", 5)).substr(0, 10);
  PdfObjects objects = attached(name, pdf_stream(rc4(of_stream, content), "/Type /EmbeddedFile"));
  const std::string of_strings = md5(key + std::string("\x04\0\0\0\0", 5)).substr(0, 10);
  const std::string locked_name = "<" + hex(rc4(of_strings, name)) + ">";
  objects[4] = "<< /Type /Filespec /F " + locked_name + " /EF << /F 5 0 R >> >>";
  PdfWriting how;
  how.trailer = encryption(owner, rc4(key, pad()));
  return pdf(objects, how);
}

std::string pdf_user_password() {
  PdfWriting how;
  how.trailer = encryption(std::string(32, '\x5a'), std::string(32, '\xa5'));
  return pdf(attached("locked.com", pdf_stream("not to be read", "/Type /EmbeddedFile")), how);
}

std::string pdf_encrypted_attachment(const std::string& name) {
  PdfWriting how;
  how.trailer = "/Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <" + hex(std::string(32, '\x5a')) +
                "> /U <" + hex(std::string(32, '\xa5')) +
                "> /CF << /StdCF << /Type /CryptFilter /CFM /AESV2 /AuthEvent /EFOpen /Length 16 >> >>"
                " /StmF /Identity /StrF /Identity /EFF /StdCF >>"
                " /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
  return pdf(attached(name, pdf_stream(std::string(96, '\x77'), "/Type /EmbeddedFile")), how);
}

// ---- OneNote

namespace {

std::string number(uint64_t value, int size) {
  std::string out;
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> 8 * i & 255);
  return out;
}

// "{7B5C52E4-…}" in the order in which Windows stores it.
std::string guid(uint32_t a, uint16_t b, uint16_t c, std::string_view rest) {
  return number(a, 4) + number(b, 2) + number(c, 2) + std::string(rest);
}

const std::string section_guid = guid(0x7b5c52e4, 0xd88c, 0x4da7, "\xae\xb1\x53\x78\xd0\x29\x96\xd3");

// [MS-ONESTORE] 2.6.7: three properties of an attached file; a flag and a number stand before the name.
std::string name_property_set(const std::string& name) {
  const std::string text = utf16(name) + std::string(2, '\0');
  return number(3, 2) + number(0x08001c04, 4) + number(0x14001d09, 4) + number(0x1c001d9c, 4) + number(4711, 4) +
         number(text.size(), 4) + text + std::string(8, '\0');
}

std::string compact(uint64_t value) {  // the form that holds every number
  return "\x80" + number(value, 8);
}

// [MS-FSSHTTPB] 2.2.1.5.2, with the long form of the length.
std::string stream_object(unsigned type, bool compound, const std::string& data) {
  return number(2 | (compound ? 4u : 0u) | type << 3 | 0x7fffull << 17, 4) + compact(data.size()) + data;
}

}  // namespace

std::string notebook(const std::vector<NotebookFile>& files) {
  const std::string header = guid(0xbde316e7, 0x2665, 0x4511, "\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac");
  const std::string footer = guid(0x71fba722, 0x0f79, 0x4a0b, "\xbb\x13\x89\x92\x56\x42\x6b\x24");
  std::string out = section_guid + std::string(1024 - 16, '\0');
  for (const NotebookFile& file : files)
    if (!file.name.empty()) out += name_property_set(file.name);
  for (const NotebookFile& file : files) {
    out += header + number(file.claims ? file.claims : file.content.size(), 8) + std::string(12, '\0') + file.content;
    out += std::string((8 - file.content.size() % 8) % 8, '\0') + footer;
  }
  return out;
}

std::string notebook_package(const std::vector<NotebookFile>& files) {
  const std::string format = guid(0x638de92f, 0xa6d4, 0x4bc1, "\x9a\x36\xb3\xfc\x25\x11\xa5\xb7");
  const std::string schema = guid(0x1f937cb4, 0xb26f, 0x445f,
                                  "\xb9\xf8\x17\xe2\x01\x60\xe4"
                                  "\x61");
  std::string out = section_guid + std::string(32, '\x11') + format + std::string(4, '\0');
  out += number(2 | 4 | 0x7a << 3 | uint64_t{33} << 17, 4) + std::string(17, '\x0c') + schema;
  out += number(4 | 0x15 << 3 | 1 << 9, 2) + std::string(1, '\0');  // the package of data elements
  for (const NotebookFile& file : files) {
    const uint64_t claims = file.claims ? file.claims : file.content.size();
    if (!file.name.empty()) {
      out += stream_object(0x16, false, name_property_set(file.name));
    }
    out += number(4 | 1 << 3 | 18 << 9, 2) + std::string(17, '\x0c') + "\x15";  // a data element of type 10
    out += stream_object(2, false, compact(claims) + file.content);
    out += number(1 | 1 << 2, 1);  // its end
  }
  return out + number(1 | 0x15 << 2, 1) + number(3 | 0x7a << 2, 2);
}

// ---- material

std::string zlib(const std::string& content) {
  // RFC 1950: the deflated bytes of a gzip file in another frame.
  const std::string packed = gzip(content);
  const uint32_t sum = adler32(content);
  std::string out = "\x78\x9c" + packed.substr(10, packed.size() - 18);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(sum >> shift & 255);
  return out;
}

std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

}  // namespace postern::testing
