// SPDX-License-Identifier: MIT
#include "support/office/ole_samples.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

std::string counted(std::string_view text) {
  return little(text.size() + 1, 4) + std::string(text) + '\0';
}

std::string wide_counted(std::string_view text) {
  return little(text.size(), 4) + utf16(text);
}

std::string record(uint16_t id, std::string_view data) {
  return little(id, 2) + little(data.size(), 2) + std::string(data);
}

std::string vba_record(uint16_t id, std::string_view data) {
  return little(id, 2) + little(data.size(), 4) + std::string(data);
}

// The project's stream "dir": as little as readers need.
std::string vba_dir(const std::vector<Macro>& macros, size_t offset) {
  std::string dir =
      vba_record(0x01, little(1, 4)) + vba_record(0x02, little(0x409, 4)) + vba_record(0x14, little(0x409, 4)) +
      vba_record(0x03, little(1252, 2)) + vba_record(0x04, "VBAProject") + vba_record(0x05, "") + vba_record(0x40, "") +
      vba_record(0x06, "") + vba_record(0x3D, "") + vba_record(0x07, little(0, 4)) + vba_record(0x08, little(0, 4)) +
      little(0x09, 2) + little(4, 4) + little(1, 4) + little(1, 2) + vba_record(0x0C, "") + vba_record(0x3C, "");
  dir += vba_record(0x0F, little(macros.size(), 2)) + vba_record(0x13, little(0xFFFF, 2));
  for (const Macro& macro : macros) {
    dir += vba_record(0x19, macro.name) + vba_record(0x47, utf16(macro.name)) + vba_record(0x1A, macro.name) +
           vba_record(0x32, utf16(macro.name)) + vba_record(0x1C, "") + vba_record(0x48, "") +
           vba_record(0x31, little(offset, 4)) + vba_record(0x1E, little(0, 4)) + vba_record(0x2C, little(0xFFFF, 2)) +
           vba_record(0x21, "") + vba_record(0x2B, "");
  }
  return dir + vba_record(0x10, "");
}

uint32_t crc(std::string_view bytes) {  // of MS-OXRTFCP: the common one, but neither inverted at first nor at last
  uint32_t value = 0;
  for (const char c : bytes) {
    value ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) ? 0xEDB88320u : 0u);
  }
  return value;
}

}  // namespace

std::string package(std::string_view name, std::string_view content) {
  const std::string label(name), path = "C:\\Users\\x\\" + label, target = "C:\\Temp\\" + label;
  return little(2, 2) + label + '\0' + path + '\0' + little(0, 2) + little(3, 2) + counted(target) +
         little(content.size(), 4) + std::string(content) + wide_counted(target) + wide_counted(label) +
         wide_counted(path);
}

std::string ole10_native(std::string_view name, std::string_view content) {
  const std::string data = package(name, content);
  return little(data.size(), 4) + data;
}

std::string old_object(std::string_view class_name, std::string_view data) {
  return little(0x501, 4) + little(2, 4) + counted(class_name) + little(0, 4) + little(0, 4) + little(data.size(), 4) +
         std::string(data) + little(0x501, 4) + little(0, 4);
}

std::string vba_compress(std::string_view source) {
  constexpr size_t in_chunk = 3600;  // literals take a ninth more
  std::string out = "\1";
  do {
    const std::string_view part = source.substr(0, in_chunk);
    std::string chunk;
    for (size_t n = 0; n < part.size(); n += 8) (chunk += '\0') += part.substr(n, 8);
    out += little(0xB000 | (chunk.size() - 1), 2) + chunk;
    source.remove_prefix(part.size());
  } while (!source.empty());
  return out;
}

CfbWriter& add_project(CfbWriter& file, const std::string& path, const std::vector<Macro>& macros, bool with_dir) {
  const std::string cache(600, '\xAB');  // of compiled code, before the source
  for (const Macro& macro : macros) {
    const std::string source = "Attribute VB_Name = \"" + macro.name + "\"\r\n" + macro.source;
    file.stream(path + "VBA/" + macro.name, cache + vba_compress(source));
  }
  file.stream(path + "VBA/_VBA_PROJECT", "\xCC\x61\xFF\xFF\0\0\0"s);
  if (with_dir) file.stream(path + "VBA/dir", vba_compress(vba_dir(macros, cache.size())));
  return file.stream(path + "PROJECT", "ID=\"{00000000-0000-0000-0000-000000000000}\"\r\n");
}

std::string workbook(const std::vector<MadeSheet>& sheets, std::string_view text) {
  const std::string beginning =
      record(0x0809, little(0x0600, 2) + little(5, 2) + little(0x0DBB, 2) + little(0x07CC, 2) + little(0, 8));
  std::string globals = beginning + record(0x0042, little(1200, 2));
  size_t before = globals.size();
  for (const MadeSheet& sheet : sheets) before += 4 + 8 + sheet.name.size();
  before += 4;
  std::string pages;
  for (const MadeSheet& sheet : sheets) {
    const std::string head = record(0x0809, little(0x0600, 2) + little(sheet.is_macro ? 0x40 : 0x10, 2) +
                                                little(0x0DBB, 2) + little(0x07CC, 2) + little(0, 8));
    globals += record(0x0085, little(before + pages.size(), 4) + little(sheet.is_hidden ? 1 : 0, 1) +
                                  little(sheet.is_macro ? 1 : 0, 1) + little(sheet.name.size(), 1) + '\0' + sheet.name);
    // A label of BIFF8 in the first cell: row, column, format, characters, their width, text.
    pages +=
        head + record(0x0204, little(0, 6) + little(text.size(), 2) + '\0' + std::string(text)) + record(0x000A, "");
  }
  return globals + record(0x000A, "") + pages;
}

std::string word_document(std::string_view text, bool is_encrypted) {
  std::string stream = "\xEC\xA5"s + little(0xC1, 2) + little(0, 6) + little(is_encrypted ? 0x0100 : 0, 2);
  stream.resize(1024);
  return stream + std::string(text);
}

std::string presentation(std::string_view object, bool is_compressed) {
  std::string data(object);
  if (is_compressed) {
    uLongf size = ::compressBound(static_cast<uLong>(object.size()));
    data.assign(size, '\0');
    if (::compress(reinterpret_cast<Bytef*>(data.data()), &size, reinterpret_cast<const Bytef*>(object.data()),
                   static_cast<uLong>(object.size())) != Z_OK)
      throw std::runtime_error("zlib");
    data.resize(size);
    data = little(object.size(), 4) + data;
  }
  const std::string atom = little(is_compressed ? 0x10 : 0, 2) + little(0x1011, 2) + little(data.size(), 4) + data;
  return little(0x0F, 2) + little(0x03E8, 2) + little(8, 4) + little(0, 2) + little(0x03E9, 2) + little(0, 4) + atom;
}

CfbWriter& add_message(CfbWriter& file, const std::string& path, std::string_view text) {
  file.stream(path + "__properties_version1.0", std::string(32, '\0'));
  return file.stream(path + "__substg1.0_1000001F", utf16(text));
}

std::string add_attachment(CfbWriter& file, const std::string& path, unsigned number, const MessageFile& attachment) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const std::string storage = path + "__attach_version1.0_#0000000" + digits[number % 16];
  file.stream(storage + "/__properties_version1.0", std::string(8, '\0'));
  if (!attachment.long_name.empty()) file.stream(storage + "/__substg1.0_3707001F", utf16(attachment.long_name));
  if (!attachment.short_name.empty()) file.stream(storage + "/__substg1.0_3704001E", attachment.short_name);
  if (!attachment.type.empty()) file.stream(storage + "/__substg1.0_370E001F", utf16(attachment.type));
  if (!attachment.content.empty()) file.stream(storage + "/__substg1.0_37010102", attachment.content);
  return storage;
}

std::string compressed_rtf(std::string_view rtf) {
  constexpr std::string_view initial =
      "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
      "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
      "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
  std::string window(4096, ' '), out;
  std::copy(initial.begin(), initial.end(), window.begin());
  size_t position = initial.size(), at = 0;
  bool is_done = false;
  while (!is_done) {
    unsigned control = 0;
    std::string run;
    for (unsigned bit = 0; bit < 8 && !is_done; ++bit) {
      // A reference to what the window has from its beginning on; nothing cleverer is needed to test a reader.
      size_t length = 0, from = 0;
      for (size_t start = 0; start < initial.size(); ++start) {
        size_t n = 0;
        while (n < 17 && at + n < rtf.size() && start + n < position % 4096 && start + n < initial.size() &&
               window[start + n] == rtf[at + n])
          ++n;
        if (n > length) {
          length = n;
          from = start;
        }
      }
      const auto write = [&](char c) {
        window[position % 4096] = c;
        ++position;
        ++at;
      };
      if (at == rtf.size()) {  // a reference to the place of the next byte ends it
        control |= 1u << bit;
        const size_t end = position % 4096;
        run += static_cast<char>(end >> 4);
        run += static_cast<char>(end << 4 & 0xF0);
        is_done = true;
      } else if (length >= 2 && position < 4096) {
        control |= 1u << bit;
        run += static_cast<char>(from >> 4);
        run += static_cast<char>((from << 4 & 0xF0) | (length - 2));
        for (size_t n = 0; n < length; ++n) write(window[from + n]);
      } else {
        run += rtf[at];
        write(rtf[at]);
      }
    }
    out += static_cast<char>(control);
    out += run;
  }
  return little(out.size() + 12, 4) + little(rtf.size(), 4) + "LZFu" + little(crc(out), 4) + out;
}

std::string stored_rtf(std::string_view rtf) {
  return little(rtf.size() + 12, 4) + little(rtf.size(), 4) + "MELA" + little(0, 4) + std::string(rtf);
}

}  // namespace postern::testing
