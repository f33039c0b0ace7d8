// SPDX-License-Identifier: MIT
// Bytes of a PDF in, its revisions out: a file that was saved incrementally holds each earlier state as a prefix that
// ends in "%%EOF". No parser: what looks like an end inside a stream gives a prefix too, whose parts are known already.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace pdf_plugin {

struct Revisions {
  std::vector<std::string_view> newest_first;  // never empty; the whole file comes first
  bool complete = true;                        // false: there are more than were asked for
};

// Where "%PDF-" stands, which need not be the first byte; npos: not within the first kilobyte, so that no reader looks
// for it there.
size_t header_of(std::string_view bytes);

// At most `most` prefixes besides the whole file.
Revisions revisions_of(std::string_view bytes, size_t most);

}  // namespace pdf_plugin
