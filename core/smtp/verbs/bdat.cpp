// SPDX-License-Identifier: MIT
// BDAT size [LAST] (RFC 3030 2): so many octets of content follow. The answer comes behind them, also when it is a
// refusal: octets that were announced are never read as commands.
#include <charconv>

#include "smtp/characters.h"
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {
namespace {

// chunk-size = 1*DIGIT, end-marker = "LAST"; more than 64 bits hold is no size.
std::optional<Chunk> read_chunk(std::string_view argument) {
  Chunk chunk;
  const std::string_view size = next_word(argument), marker = next_word(argument);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), chunk.size);
  if (size.empty() || error != std::errc() || end != size.data() + size.size()) return std::nullopt;
  if (!argument.empty() || !(marker.empty() || equals_ignoring_case(marker, "LAST"))) return std::nullopt;
  chunk.left = chunk.size;
  chunk.last = !marker.empty();
  return chunk;
}

}  // namespace

Answer bdat(Session& session, std::string_view argument) {
  std::optional<Chunk> chunk = read_chunk(argument);
  if (!chunk) {
    // How many octets follow nobody knows; whatever they are, they must not be taken for commands.
    session.close({501, "5.5.4", "Syntax: BDAT size [LAST]; closing the connection"});
    return std::nullopt;
  }
  session.chunk = *chunk;
  if (!session.in_content()) {
    session.chunk.refusal = refuse_content(session);
    if (!session.chunk.refusal) session.chunk.refusal = session.begin_content(ContentFilter::Framing::counted);
  }
  session.phase = Phase::chunk;
  return std::nullopt;
}

}  // namespace postern::smtp::verbs
