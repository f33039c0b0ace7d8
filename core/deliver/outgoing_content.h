// SPDX-License-Identifier: MIT
// The content of a mail on its way out (RFC 5321 4.5.2): header edits applied, dots stuffed, the final dot at the end,
// in chunks. All bytes of the original but the removed fields leave, in their order. Added fields stand directly before
// them, with two exceptions: an mbox line ("From ") stays first, and where what follows is neither a field nor an empty
// line, an empty line ends our header, lest that line becomes part of our last field. SMTP cannot say "no line end
// here": a missing last CRLF is added. A bare CR or LF is never sent: next() says unsafe, and nothing more may be sent
// on that connection.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/plan.h"

namespace postern::deliver {

class OutgoingContent {
 public:
  static constexpr size_t chunk_size = 64 * 1024;
  enum class Chunk { more, last, unsafe };  // last: with the dot

  // Lent: the content. The edits are copied.
  OutgoingContent(std::string_view content, const mail::HeaderEdits& edits);
  OutgoingContent(const OutgoingContent&) = delete;
  OutgoingContent& operator=(const OutgoingContent&) = delete;

  uint64_t size() const;  // octets as RFC 1870 3 counts them: without stuffing and dot
  bool is_ascii() const;

  void rewind();
  Chunk next(std::string& chunk);  // replaces what is in chunk

 private:
  std::string fields_;                    // what is added, with its empty line where one is needed
  std::vector<std::string_view> pieces_;  // of fields_ and the content; all but the last end a line
  size_t piece_ = 0, offset_ = 0;         // the next byte
  bool is_line_start_ = true;
  bool is_unsafe_ = false;  // an edit that is no field
};

}  // namespace postern::deliver
