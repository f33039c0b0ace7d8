// SPDX-License-Identifier: MIT
// What the header of one MIME entity (RFC 2045) says about its body. In: the lines from the entity's first to the one
// that ends its header. Out: the type, the transfer encoding and the names, each with every reading that mail readers
// make of them, the main one first; where the body really begins; and what is wrong. It never fails.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "defect.h"

namespace postern::mime {

enum class Encoding { identity, base64, quoted_printable, uuencode };

struct TypeReading {
  std::string type;                     // "text/plain": lower case, without parameters
  std::string charset;                  // of the first charset parameter, as written
  std::vector<std::string> boundaries;  // may be there for any type
  bool boundary_doubtful = false;       // given more than once, or in a form that few readers know

  bool is_multipart() const { return type.starts_with("multipart/"); }
};

struct EncodingReading {
  Encoding encoding = Encoding::identity;
  std::string token;        // as declared, lower case; empty: none
  bool is_unknown = false;  // the token is none that the standard or custom knows
};

// Where the header ends for readers who take the first line that is no field, or that is blank, for its end.
struct EarlyEnd {
  std::size_t header_end = 0, body = 0;  // offsets in the section
  bool hides_fields = false;             // fields that rule MIME stand behind it
  bool is_ambiguous = false;             // what such a reader decodes is something else
};

struct Entity {
  std::vector<TypeReading> types;          // never empty
  std::vector<EncodingReading> encodings;  // never empty
  std::vector<std::string> names;
  std::size_t body = 0;  // offset in the section; before its end where the empty line is missing
  std::optional<EarlyEnd> early_end;
  std::vector<Defect> defects;
};

// default_type: of an entity without Content-Type. Readings that only some readers know come behind the others.
Entity read_entity(std::string_view section, bool ended_by_blank_line, std::string_view default_type);

}  // namespace postern::mime
