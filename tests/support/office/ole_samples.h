// SPDX-License-Identifier: MIT
// What stands inside OLE files, for tests: packaged files, VBA projects, workbooks, messages, presentations.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/office/cfb_writer.h"

namespace postern::testing {

// OLE 1.0: a file dropped into a document; the stream "\1Ole10Native"; an object as RTF holds it.
std::string package(std::string_view name, std::string_view content);
std::string ole10_native(std::string_view name, std::string_view content);
std::string old_object(std::string_view class_name, std::string_view data);

// MS-OVBA. Compression writes literals only.
std::string vba_compress(std::string_view source);
struct Macro {
  std::string name, source;
};
// Adds a project below the path; empty or "Macros/" or "_VBA_PROJECT_CUR/". with_dir false: nobody says where sources
// begin.
CfbWriter& add_project(CfbWriter& file, const std::string& path, const std::vector<Macro>& macros,
                       bool with_dir = true);

// The stream "Workbook".
struct MadeSheet {
  std::string name;
  bool is_macro = false, is_hidden = false;
};
std::string workbook(const std::vector<MadeSheet>& sheets, std::string_view text = "harmless");

// The stream "WordDocument"; text in one byte a character.
std::string word_document(std::string_view text, bool is_encrypted = false);

// The stream "PowerPoint Document" with one stored object.
std::string presentation(std::string_view object, bool is_compressed);

// Outlook: writes below the path; "" is the message itself.
struct MessageFile {
  std::string long_name, short_name, type, content;
};
CfbWriter& add_message(CfbWriter& file, const std::string& path, std::string_view text);
// Returns the attachment's path; a storage for an embedded message is path + "/__substg1.0_3701000D".
std::string add_attachment(CfbWriter& file, const std::string& path, unsigned number, const MessageFile& attachment);

// A mail's compressed RTF (MS-OXRTFCP): literals and the references that the writer finds; or stored.
std::string compressed_rtf(std::string_view rtf);
std::string stored_rtf(std::string_view rtf);

}  // namespace postern::testing
