// SPDX-License-Identifier: MIT
// Documents for tests, written byte by byte, so that they can be wrong in every way a test wants. Formats are written
// by nobody else's library: a decoder is not tested against itself.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

// ---- PDF
// Objects by their numbers, as they stand between "obj" and "endobj".
using PdfObjects = std::map<int, std::string>;

struct PdfWriting {
  std::string before = {};   // stands in front of the header
  std::string trailer = {};  // further entries of the trailer
  bool right_xref = true;    // false: the table says where nothing is
};
std::string pdf(const PdfObjects& objects, const PdfWriting& how = {});
std::string pdf_update(const std::string& file,
                       const PdfObjects& changed);  // an incremental update, as when saved again
std::string pdf_stream(const std::string& data, const std::string& entries = {});  // of its dictionary
std::string pdf_flate(std::string data, int times);                                // a stream behind so many filters
PdfObjects pdf_pages(const std::string& of_catalog = {},
                     const std::string& of_page = {});  // objects 1 to 3, one empty page
std::string pdf_with_attachment(const std::string& name, const std::string& content);

// The standard security handler, version 1 (ISO 32000-1 7.6.3): anyone may read, who changes it needs the password.
std::string pdf_owner_only(const std::string& name, const std::string& content);
std::string pdf_user_password();
std::string pdf_encrypted_attachment(const std::string& name);

// ---- OneNote
struct NotebookFile {
  std::string name, content;  // name: empty for what is only a picture of the page
  uint64_t claims = 0;        // instead of its length
};
std::string notebook(const std::vector<NotebookFile>& files);          // as the desktop's OneNote writes it
std::string notebook_package(const std::vector<NotebookFile>& files);  // as SharePoint hands it out

// ---- material
std::string zlib(const std::string& content);
std::string utf16(std::string_view ascii);  // little-endian, without a mark

}  // namespace postern::testing
