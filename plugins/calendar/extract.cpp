// SPDX-License-Identifier: MIT
#include "extract.h"

#include <postern/support/ascii.h>
#include <postern/support/transfer_encodings.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content_lines.h"

namespace calendar_plugin {
namespace {

using postern::Child;
using postern::ChildInfo;
using postern::Error;
using postern::Job;
using postern::Part;
using postern::support::equal_ignoring_case;
using postern::support::lower;

// A file in a line: RFC 5545 3.8.1.1 and RFC 6350 5.1, 6.2.4.
struct Inline {
  std::string type;
  std::string bytes;
};

std::string decode_percent(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](size_t at) { return at < text.size() ? postern::support::hex_digit(text[at]) : -1; };
    if (text[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
      out += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
      i += 2;
    } else if (text[i] != '\\') {  // cards escape the comma and the semicolon
      out += text[i];
    }
  }
  return out;
}

// "data:image/png;base64,…" as the value itself.
std::optional<Inline> from_data_uri(std::string_view value) {
  value = postern::support::trim(value);
  if (!equal_ignoring_case(value.substr(0, 5), "data:")) return std::nullopt;
  const size_t comma = value.find(',');
  if (comma == value.npos) return std::nullopt;
  const std::string head = lower(decode_percent(value.substr(5, comma - 5)));
  const std::string bytes = decode_percent(value.substr(comma + 1));
  return Inline{head.substr(0, head.find(';')),
                head.ends_with("base64") ? postern::support::decode_base64(bytes) : bytes};
}

std::optional<Inline> inline_file(const ContentLine& line) {
  if (auto uri = from_data_uri(line.value)) return uri;
  if (!line.is_base64()) return std::nullopt;
  std::string type = lower(line.parameter("FMTTYPE"));
  if (type.empty()) type = lower(line.parameter("MEDIATYPE"));
  return Inline{type, postern::support::decode_base64(line.value)};
}

// Outlook, Google, Apple and the standard (RFC 8607) have each their own.
std::vector<std::string> names_of(const ContentLine& line) {
  std::vector<std::string> names;
  for (const char* key : {"FILENAME", "X-FILENAME", "X-LABEL", "X-APPLE-FILENAME", "X-ORACLE-FILENAME", "NAME"})
    if (const std::string_view name = line.parameter(key); !name.empty()) names.emplace_back(name);
  return names;
}

class Extraction {
 public:
  Extraction(Job& job, const Part& part) : job_(job), part_(part) {}

  void run() {
    ContentLines lines(part_.text());
    ContentLine line;
    bool begun = false;
    while (lines.next(line)) {
      begun = begun || line.name == "BEGIN" ||
              line.name.ends_with(
                  "\xbf"
                  "BEGIN");
      if (!begun) continue;
      if (const auto file = inline_file(line)) add(line, *file);
    }
    if (!begun) throw Error(POSTERN_E_UNSUPPORTED, "neither calendar nor card");
  }

 private:
  void add(const ContentLine& line, const Inline& file) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to look into a calendar");
    const std::vector<std::string> names = names_of(line);
    ChildInfo info;
    info.parent = part_.handle();
    if (!names.empty()) info.name = names.front();
    info.mime_type = file.type;
    info.encoding = "base64";
    Child child = job_.open(info);
    child.write(file.bytes);
    const postern_part made = child.close();
    for (size_t i = 1; i < names.size(); ++i) job_.note("part.name", names[i], made);
  }

  Job& job_;
  const Part& part_;
};

}  // namespace

void extract(Job& job, const Part& part) {
  Extraction(job, part).run();
}

}  // namespace calendar_plugin
