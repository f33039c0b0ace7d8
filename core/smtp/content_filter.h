// SPDX-License-Identifier: MIT
// The content of a mail on its way in. Finds the end of DATA, takes the stuffed dots out (RFC 5321 4.5.2), and makes
// every line end CRLF: a bare LF becomes CRLF, a bare CR becomes a blank. So what leaves reads as one mail to
// everybody. A dot means something only behind a CRLF that the client itself sent (or first of all): behind a bare LF,
// which becomes a CRLF here, a dot is text: it is not taken out and ends nothing. Every split of the input gives the
// same bytes.
#pragma once
#include <string>
#include <string_view>

namespace postern::smtp {

class ContentFilter {
 public:
  enum class Framing { dots, counted };  // DATA; BDAT, where the length tells the end and dots are text

  explicit ContentFilter(Framing framing = Framing::dots) : framing_(framing) {}

  struct Piece {
    std::string_view
        content;         // of the input where nothing had to change, else of the filter; valid until the next call
    size_t used = 0;     // octets of the input; less than all only at the end of DATA
    bool ended = false;  // CRLF.CRLF was there, and is used up
  };
  Piece take(std::string_view input);

  // What is missing when counted content is complete: a CR that waited for its LF, the last line's CRLF.
  std::string_view complete();

 private:
  enum class State {
    line_start,  // behind the client's own CRLF, or at the very beginning
    text,        // within a line, or behind a bare LF
    cr,          // a CR waits, not yet emitted
    dot,         // at line start: a dot waits, not yet emitted
    dot_cr,      // at line start: dot and CR wait
  };

  size_t take_text(std::string_view input);  // up to the next octet that needs thought
  void step(std::string_view octet);
  void emit(std::string_view piece);

  Framing framing_;
  State state_ = State::line_start;
  bool ended_ = false;
  char last_ = '\n';        // emitted; nothing yet counts as complete lines
  std::string_view piece_;  // the result of this call while it is one run
  std::string rewritten_;   // the result once it is more than one
  bool is_rewritten_ = false;
};

// A mail that came by another way than SMTP, as it would have arrived: CRLF line ends only, also after its last line.
std::string with_canonical_line_ends(std::string_view content);

}  // namespace postern::smtp
