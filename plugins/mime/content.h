// SPDX-License-Identifier: MIT
// The decoded bytes of a part. In: its raw body and the encoding. Out: decoded pieces, to the writer; and what was
// wrong with the body, of which some means that it can be read in a second way. It never fails; the writer may throw.
#pragma once
#include <postern/support/transfer_encodings.h>

#include <functional>
#include <string_view>
#include <vector>

#include "entity.h"

namespace postern::mime {

using Writer = std::function<void(std::string_view)>;

struct Decoding {
  std::vector<Defect> defects;
  bool stops_elsewhere = false;  // base64: a reader that stops at the damage sees less
  bool found_nothing = false;    // uuencode without "begin": readers show the raw text
};

Decoding decode(Encoding encoding, std::string_view raw, const Writer& write,
                support::Base64Decoder::Damage damage = support::Base64Decoder::Damage::skip);

}  // namespace postern::mime
