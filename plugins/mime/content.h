// SPDX-License-Identifier: MIT
// The decoded bytes of a part. In: its raw body and the encoding. Out: decoded pieces, to the writer; and what was
// wrong with the body, of which some means that it can be read in a second way. It never fails; the writer may throw.
#pragma once
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "entity.h"

namespace postern::mime {

using Writer = std::function<void(std::string_view)>;

// What readers do with a damaged body. The first reading: go on behind what is no base64, keep escapes that are none,
// believe the numbers of uuencode. The second one: stop there, drop the equals signs, believe the lines.
enum class Damage { first_reading, second_reading };

struct OtherReading {
  std::string_view code;  // of the defect that marks the ambiguity; empty: no mark
  std::string_view text;
};

struct Decoding {
  std::vector<Defect> defects;
  std::optional<OtherReading> second;  // Damage::second_reading is something else
  std::optional<OtherReading> raw;     // some readers show the body as it stands, or there is more in it
};

Decoding decode(Encoding encoding, std::string_view raw, const Writer& write, Damage damage = Damage::first_reading);

}  // namespace postern::mime
