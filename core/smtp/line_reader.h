// SPDX-License-Identifier: MIT
// Cuts command lines out of the client's bytes. Only CRLF ends a line (RFC 5321 2.3.8); what comes after a bare LF is
// never taken for a command. Keeps at most `limit` octets, however long the client goes on. The result does not depend
// on how the bytes are split over the calls.
#pragma once
#include <string>
#include <string_view>

namespace postern::smtp {

class LineReader {
 public:
  enum class Event {
    none,      // all bytes taken, no line yet
    line,      // line() holds it
    too_long,  // `limit` octets without a line end: reported once a line, the rest of it is skipped
    bare_lf,   // a line feed without its carriage return: reported once a line, the rest of it is skipped
    endless,   // again `limit` octets of a line that is being skipped
  };

  explicit LineReader(size_t limit) : limit_(limit) {}

  // Removes from the input what it used up.
  Event take(std::string_view& input);
  // Without CRLF; valid until the next take() and as long as the input it came from.
  std::string_view line() const { return line_; }

 private:
  Event skip(std::string_view& input);

  size_t limit_;
  std::string partial_;    // of a line whose end has not come
  std::string whole_;      // a line that came in pieces
  std::string_view line_;  // into whole_ or the caller's input
  bool skipping_ = false;
  size_t skipped_ = 0;
  bool after_cr_ = false;  // in a skipped line
};

}  // namespace postern::smtp
