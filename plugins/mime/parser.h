// SPDX-License-Identifier: MIT
// The MIME structure of a mail. In: its bytes; lines end with CRLF or LF. Out: every part as a flat vector, parents
// before their children, with exact places, and what is wrong. Pure: no I/O, no recursion, time in proportion to the
// size. It never fails. Parts are not decoded here, and message/rfc822 parts are not opened: the host asks the decoder
// again for those.
//
// Where two readers would see different parts, both readings are there: the parts of the second one come later and
// stand under a part of role "reading", and a defect of category POSTERN_CAT_AMBIGUOUS says so.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "entity.h"

namespace postern::mime {

struct Part {
  static constexpr std::uint32_t message = 0xFFFFFFFF;  // as parent: the mail itself

  std::uint32_t parent = message;      // index
  std::uint32_t source = 0;            // 0: the mail; n: Message::decoded[n - 1]
  std::size_t offset = 0, length = 0;  // the raw body in its source
  bool is_container = false;           // a multipart: its bytes are those of its children and of what separates them
  bool is_encrypted = false;
  std::string_view role;  // "", "preamble", "epilogue", "gap", "reading"
  std::string type;       // as declared, lower case
  std::string charset;
  Encoding encoding = Encoding::identity;
  std::string encoding_token;
  std::vector<std::string> names;  // every reading, hostile bytes
};

struct PartDefect : Defect {
  std::uint32_t part = Part::message;
};

struct Message {
  std::vector<Part> parts;
  std::vector<PartDefect> defects;
  std::deque<std::string> decoded;  // bodies of multiparts that were, against the standard, encoded
  std::uint64_t bytes_walked = 0;  // the work that was done: the size of the mail, more where there are second readings
  bool complete = true;            // false: a limit was reached, and a defect of category POSTERN_CAT_LIMIT tells which

  std::string_view source(const Part& part, std::string_view mail) const {
    return part.source == 0 ? mail : std::string_view(decoded[part.source - 1]);
  }
  std::string_view raw(const Part& part, std::string_view mail) const {
    return source(part, mail).substr(part.offset, part.length);
  }
};

struct Limits {
  std::size_t depth = 100;     // of multiparts in multiparts; what is deeper stays in one piece
  std::size_t parts = 10'000;  // memory: some 250 bytes each
  std::size_t reread = 8;      // second readings may cost so many times the mail's size
  std::size_t defects_of_one_kind = 20;
};

Message parse(std::string_view mail, const Limits& limits = {});

}  // namespace postern::mime
