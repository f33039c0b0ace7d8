// SPDX-License-Identifier: MIT
// A TNEF stream, winmail.dat ([MS-OXTNEF]): bytes in, attachments and bodies out, one at a time and in order, so that a
// million of them need no memory. Pure. It never gives up before the end: a wrong checksum is told and read over, a
// length that cannot be is taken for "all the rest", and bytes that are no attribute are handed out as they are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tnef {

enum class Defect { checksum, truncated, not_an_attribute };

// All views are into the stream.
struct Content {
  std::string_view bytes;
  std::string_view type;   // what the stream says it is: "application/ms-tnef" for a mail in the mail; may be empty
  bool truncated = false;  // the stream ended before it did
};
struct Attachment {
  std::vector<std::string> names;  // the long one first; what is not UTF-8 is in a code page of the sender
  std::string mime_type;           // as declared, lower case
  std::string reference;           // where the content is said to lie, when it is not here: a path or an URL
  std::vector<Content> contents;   // usually one; those that differ are all somebody's
};
struct Body {
  std::string_view type;
  Content content;
  bool is_utf16 = false;
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void attachment(const Attachment& attachment) = 0;
  virtual void body(const Body& body) = 0;
  virtual void rest(std::string_view bytes) = 0;  // what is no attribute, to the end
  virtual void defect(Defect defect) = 0;         // may be told often
};

bool is_tnef(std::string_view bytes);  // by its magic

void read(std::string_view stream, Listener& listener);

}  // namespace tnef
