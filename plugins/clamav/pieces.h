// SPDX-License-Identifier: MIT
// What of a mail ClamAV looks at, and what it said about that: the mail as a whole and every decoded part, the same bytes once; verdicts
// as findings. Knows neither clamd nor clamscan. Errors: the host's (Error).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postern/plugin.hpp>

#include "protocol.h"

namespace postern::clamav {

struct Piece {
  uint64_t part = 0;       // postern_part
  std::string_view bytes;  // lent for the job
  int fd = -1;             // of exactly these bytes, or -1: stream them
  std::optional<Verdict> verdict = {};
  std::string text = {};  // the signature, or the error
};

// with_opened_archives: also an archive that was opened to the end without anything odd, whose members are pieces of their own.
// with_known: also what was examined before, whose findings the host keeps.
std::vector<Piece> pieces_of(Job& job, const Part& mail, bool with_opened_archives, bool with_known);

// Findings of the pieces that have a verdict; ends the job partial where ClamAV did not look to the end. remembers: the host may keep them.
void report(Job& job, const std::vector<Piece>& pieces, bool remembers);

}  // namespace postern::clamav
