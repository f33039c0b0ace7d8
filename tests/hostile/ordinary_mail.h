// SPDX-License-Identifier: MIT
// Ordinary mail, as real programs write it and real people abuse it: shapes times header styles, with everything else
// drawn from a seeded generator, so that it is the same at each run.
#pragma once
#include <span>
#include <string>

#include "cli/examination.h"

namespace postern::testing {

// A mail program: how it writes its fields and boundaries.
struct Style {
  const char* name;
  const char* boundary;   // with a number behind it
  const char* parameter;  // "Content-Type: multipart/x" … the boundary … ""
  const char* behind;
  const char* version;
  const char* mailer;
  bool preamble;
};
std::span<const Style> ordinary_styles();
constexpr size_t ordinary_shapes = 40;
std::string ordinary_mail(size_t style, size_t shape);

// The marks of an examined mail that call it ambiguous, encrypted, over a limit or not examined, with their parts.
std::string alarms(cli::Examiner& examiner, const std::string& mail);

}  // namespace postern::testing
