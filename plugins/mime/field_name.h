// SPDX-License-Identifier: MIT
// Which of the fields that rule MIME a header line is: for the standard, and for readers that look less closely at its
// name. In: a line as HeaderReader splits it. Out: the field, whether only some readers would take it for that, and its
// value. It never fails.
#pragma once
#include <postern/support/header_fields.h>

#include <string_view>

namespace postern::mime {

enum class ContentField { none, type, disposition, encoding };

struct NamedField {
  ContentField field = ContentField::none;
  bool odd = false;        // "Content-Type (x):", "Content_Type:", " Content-Type:": some readers see no such field
  std::string_view value;  // raw and still folded
  std::string_view other_value;  // for who knows no comments and takes the first colon, where that stands in one
};

NamedField content_field(const support::HeaderField& line);

// A line "boundary=X", as it stands where a parameter was not indented: it belongs to the field before, to nothing, or
// to the text, depending on who reads.
bool looks_like_parameter(std::string_view line);

}  // namespace postern::mime
