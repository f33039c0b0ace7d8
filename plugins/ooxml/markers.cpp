// SPDX-License-Identifier: MIT
#include "markers.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <cstdint>

#include "xml.h"

namespace ooxml {
namespace {

using postern::support::equal_ignoring_case, postern::support::lower;

constexpr size_t most_field = 4096;

// On another machine: a template on the own disk is every document's.
bool is_remote(std::string_view target) {
  const std::string t = lower(target);
  if (t.starts_with("\\\\") || t.starts_with("//") || t.starts_with("mhtml:") || t.starts_with("script:")) return true;
  if (!t.starts_with("file:")) return t.find("://") != t.npos;
  const std::string_view path = std::string_view(t).substr(5);
  const size_t slashes = std::min(path.find_first_not_of("/\\"), path.size());
  return slashes == 2 || slashes > 3;  // file://host/…, file:////host/… and file:///\\host\…
}

class Reading {
 public:
  Reading(std::string_view xml, Listener& listener) : xml_(xml), listener_(listener) {}

  void run() {
    for (Token token; xml_.next(token);) {
      switch (token.kind) {
        case Token::Kind::open:
          open(token);
          break;
        case Token::Kind::close:
          close(token);
          break;
        case Token::Kind::text:
          if (is_instruction_ && field_.size() < most_field) field_ += resolved(token.text);
          if (is_binary_) listener_.binary(name_, token.text);
          break;
      }
    }
    end_field();
  }

 private:
  void open(const Token& tag) {
    if (tag.name == "Relationship")
      relationship(tag);
    else if (tag.name == "Override" || tag.name == "Default")
      content_type(tag);
    else if (tag.name == "macrosheet")
      listener_.marker(Marker::macro_sheet, "");
    else if (tag.name == "ddeLink")
      listener_.marker(Marker::dde_link, attribute(tag, "ddeService").value_or(""));
    else if (tag.name == "instrText")
      is_instruction_ = !tag.is_empty;
    else if (tag.name == "fldChar")
      field_char(tag);
    else if (tag.name == "fldSimple")
      take_field(attribute(tag, "instr").value_or(""));
    else if (tag.name == "encryption-data")
      listener_.marker(Marker::odf_encrypted, "");
    else if (tag.name == "module")
      module(tag);
    else if (tag.name == "wordDocument")
      word_document(tag);
    else if (tag.name == "part" || tag.name == "binData")
      name_ = attribute(tag, "name").value_or("");
    if (tag.name == "binaryData" || tag.name == "binData") is_binary_ = !tag.is_empty;
  }

  void close(const Token& tag) {
    if (tag.name == "instrText") is_instruction_ = false;
    if (tag.name == "binaryData" || tag.name == "binData") is_binary_ = false;
  }

  void relationship(const Token& tag) {
    const std::string type = lower(attribute(tag, "Type").value_or("")), target = attribute(tag, "Target").value_or("");
    if (type.ends_with("/vbaproject")) listener_.marker(Marker::macro, target);
    if (type.ends_with("/xlmacrosheet") || type.ends_with("/xlintlmacrosheet"))
      listener_.marker(Marker::macro_sheet, target);
    if (!equal_ignoring_case(attribute(tag, "TargetMode").value_or(""), "External") || !is_remote(target)) return;
    if (type.ends_with("/attachedtemplate")) listener_.marker(Marker::remote_template, target);
    if (type.ends_with("/oleobject")) listener_.marker(Marker::remote_object, target);
    if (type.ends_with("/frame")) listener_.marker(Marker::remote_frame, target);
  }

  void content_type(const Token& tag) {
    const std::string type = lower(attribute(tag, "ContentType").value_or(""));
    const auto has = [&](std::string_view what) { return type.find(what) != type.npos; };
    if (has("macroenabled") || has("vbaproject")) listener_.marker(Marker::macro, type);
    if (has("macrosheet")) listener_.marker(Marker::macro_sheet, type);
  }

  // A field's instruction may be spread over many runs of text.
  void field_char(const Token& tag) {
    const std::string kind = attribute(tag, "fldCharType").value_or("");
    if (kind == "begin" || kind == "separate" || kind == "end") end_field();
  }
  void end_field() {
    take_field(field_);
    field_.clear();
  }
  void take_field(std::string_view instruction) {
    const std::string_view text = postern::support::trim(instruction);
    if (equal_ignoring_case(text.substr(0, 3), "dde")) listener_.marker(Marker::dde_field, text);
  }

  // A module of a Basic library in an OpenDocument file.
  void module(const Token& tag) {
    if (attribute(tag, "language")) listener_.marker(Marker::odf_macro, attribute(tag, "name").value_or(""));
  }
  void word_document(const Token& tag) {
    if (attribute(tag, "macrosPresent").value_or("") == "yes") listener_.marker(Marker::macro, "");
  }

  Xml xml_;
  Listener& listener_;
  bool is_instruction_ = false, is_binary_ = false;
  std::string field_, name_;
};

}  // namespace

bool is_of_interest(std::string_view xml) {
  constexpr size_t window = 8192;
  static constexpr std::string_view roots[] = {
      "Relationships", "Types",    "document", "hdr",        "ftr",
      "footnotes",     "endnotes", "comments", "macrosheet", "glossaryDocument",
      "externalLink",  "manifest", "module",   "package",    "wordDocument"};
  if (xml.starts_with("\xef\xbb\xbf")) xml.remove_prefix(3);
  Xml reader(xml.substr(0, window));
  for (Token token; reader.next(token);) {
    if (token.kind == Token::Kind::text && postern::support::trim(token.text).empty()) continue;
    if (token.kind != Token::Kind::open) return false;
    if (token.name.starts_with('!')) continue;  // a document type
    return std::find(std::begin(roots), std::end(roots), token.name) != std::end(roots);
  }
  return false;
}

void read(std::string_view xml, Listener& listener) {
  Reading(xml, listener).run();
}

}  // namespace ooxml
