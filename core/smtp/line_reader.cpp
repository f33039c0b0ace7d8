// SPDX-License-Identifier: MIT
#include "smtp/line_reader.h"

#include <algorithm>

namespace postern::smtp {

LineReader::Event LineReader::take(std::string_view& input) {
  if (skipping_) {
    const Event event = skip(input);
    if (skipping_ || event != Event::none) return event;
  }
  const std::string_view window = input.substr(0, limit_ - partial_.size());
  const size_t lf = window.find('\n');
  if (lf == std::string_view::npos) {
    partial_.append(window);
    input.remove_prefix(window.size());
    if (partial_.size() < limit_) return Event::none;
    after_cr_ = partial_.back() == '\r';
    partial_.clear();
    skipped_ = 0;
    skipping_ = true;
    return Event::too_long;
  }

  if (partial_.empty()) {
    line_ = window.substr(0, lf);
  } else {
    partial_.append(window.substr(0, lf));
    whole_.swap(partial_);
    partial_.clear();
    line_ = whole_;
  }
  input.remove_prefix(lf + 1);
  if (line_.ends_with('\r')) {
    line_.remove_suffix(1);
    return Event::line;
  }
  after_cr_ = false;
  skipped_ = 0;
  skipping_ = true;
  return Event::bare_lf;
}

// Ends with skipping_ false at the CRLF; says endless each time another `limit` octets went by.
LineReader::Event LineReader::skip(std::string_view& input) {
  const std::string_view window = input.substr(0, limit_ - skipped_);
  for (size_t i = 0; i < window.size(); ++i) {
    if (window[i] == '\n' && after_cr_) {
      input.remove_prefix(i + 1);
      skipping_ = false;
      return Event::none;
    }
    after_cr_ = window[i] == '\r';
  }
  input.remove_prefix(window.size());
  skipped_ += window.size();
  if (skipped_ < limit_) return Event::none;
  skipped_ = 0;
  return Event::endless;
}

}  // namespace postern::smtp
