// SPDX-License-Identifier: MIT
#include "policy/pattern.h"

#include <re2/re2.h>

namespace postern::policy {
namespace {

RE2::Options options() {
  RE2::Options o(RE2::Quiet);  // it would print to stderr
  o.set_case_sensitive(false);
  o.set_dot_nl(true);  // a line feed in a file name is no end of it
  o.set_never_capture(true);
  o.set_max_mem(1 << 20);
  return o;
}

}  // namespace

Pattern::Pattern(const std::string& text) : text_(text), compiled_(std::make_shared<const re2::RE2>(text, options())) {}

bool Pattern::is_found_in(std::string_view text) const {
  return compiled_->ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

std::string Pattern::error() const {
  return compiled_->ok() ? std::string() : compiled_->error();
}

}  // namespace postern::policy
