// SPDX-License-Identifier: MIT
#include "rle90.h"

namespace dosarchive_plugin {

Progress Plain::next(std::string_view& piece) {
  piece = rest_.substr(0, piece_);
  rest_.remove_prefix(piece.size());
  return rest_.empty() ? Progress::end : Progress::more;
}

// A piece of the inner layer may become 127 times as large here: that bounds the memory.
Progress Rle90::next(std::string_view& piece) {
  constexpr char mark = '\x90';
  out_.clear();
  std::string_view inner;
  const Progress progress = inner_->next(inner);
  for (const char c : inner) {
    if (is_marked_) {
      const auto count = static_cast<unsigned char>(c);
      out_.append(count == 0 ? 1u : count - 1u, count == 0 ? mark : last_);
      is_marked_ = false;
    } else if (c == mark) {
      is_marked_ = true;
    } else {
      out_ += last_ = c;
    }
  }
  piece = out_;
  if (progress == Progress::damaged) return fail(inner_->why());
  return progress == Progress::end && is_marked_ ? fail("a member ends in a run") : progress;
}

}  // namespace dosarchive_plugin
