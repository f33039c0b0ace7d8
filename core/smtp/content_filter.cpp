// SPDX-License-Identifier: MIT
#include "smtp/content_filter.h"

#include <algorithm>

namespace postern::smtp {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view blank = " ";
constexpr size_t look_ahead = 512;  // for the line end: bounds what a mail of bare CRs or LFs can make us look at twice

}  // namespace

ContentFilter::Piece ContentFilter::take(std::string_view input) {
  piece_ = {};
  is_rewritten_ = false;
  size_t used = 0;
  while (used < input.size() && !ended_) {
    if (state_ == State::text || state_ == State::line_start) used += take_text(input.substr(used));
    if (used < input.size()) step(input.substr(used++, 1));
  }
  return {is_rewritten_ ? std::string_view(rewritten_) : piece_, used, ended_};
}

// Whole lines with their own CRLF, the common case, go by here at the speed of memchr and are one run.
size_t ContentFilter::take_text(std::string_view input) {
  size_t used = 0;
  while (used < input.size()) {
    if (state_ == State::line_start && framing_ == Framing::dots && input[used] == '.') break;
    const std::string_view window = input.substr(used, look_ahead);
    const size_t lf = window.find('\n');
    const size_t line = std::min(lf, window.size());
    const size_t clean = std::min(window.substr(0, line).find('\r'), line);
    if (lf != std::string_view::npos && clean + 1 == lf) {
      used += lf + 1;
      state_ = State::line_start;
      continue;
    }
    used += clean;
    if (clean > 0) state_ = State::text;
    if (clean < window.size()) break;  // before a CR or LF that is not of a CRLF, or is cut in two
  }
  emit(input.substr(0, used));
  return used;
}

// One octet, where it depends on the one before or decides about the one behind.
void ContentFilter::step(std::string_view octet) {
  const char c = octet.front();
  switch (state_) {
    case State::line_start:
      if (c == '.' && framing_ == Framing::dots) {
        state_ = State::dot;
        return;
      }
      break;
    case State::dot:
      if (c == '\r') {
        state_ = State::dot_cr;
        return;
      }
      break;  // the dot was stuffing
    case State::dot_cr:
      if (c == '\n') {
        ended_ = true;
        return;
      }
      emit(blank);  // the dot was stuffing, the CR is bare
      break;
    case State::cr:
      if (c == '\n') {
        emit(crlf);
        state_ = State::line_start;
        return;
      }
      emit(blank);
      break;
    case State::text:
      break;
  }
  state_ = c == '\r' ? State::cr : State::text;
  if (c != '\r') emit(c == '\n' ? crlf : octet);
}

void ContentFilter::emit(std::string_view piece) {
  if (piece.empty()) return;
  last_ = piece.back();
  if (is_rewritten_) {
    rewritten_.append(piece);
  } else if (piece_.empty()) {
    piece_ = piece;
  } else {
    rewritten_.assign(piece_).append(piece);
    is_rewritten_ = true;
  }
}

std::string_view ContentFilter::complete() {
  const bool cr_waits = state_ == State::cr;
  state_ = State::line_start;
  if (cr_waits) return " \r\n";
  return last_ == '\n' ? std::string_view() : crlf;
}

std::string with_canonical_line_ends(std::string_view content) {
  ContentFilter filter(ContentFilter::Framing::counted);
  std::string canonical(filter.take(content).content);
  return canonical.append(filter.complete());
}

}  // namespace postern::smtp
