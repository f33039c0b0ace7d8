// SPDX-License-Identifier: MIT
// Second product: what is in the mail. Made by decode; the parts' bytes are ranges of the mail or of the arena, which this
// value owns. A part that could not be opened, and why, is said by its defects: unopened is not harmless.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/digest.h"

namespace postern::mail {

enum class DefectKind : uint32_t {
  malformed,   // breaks its standard; one reading is left
  ambiguous,   // two readers could read it differently
  encrypted,   // cannot be read without a secret
  limit,       // the budget of the mail was exhausted here: what is missing was never seen
  undecoded,   // a decoder failed or is missing
  crashed,     // a decoder died here, twice
  macro,       // active content
  note,        // a fact worth knowing, no judgement
};
const char* name(DefectKind kind);

struct Defect {
  DefectKind kind = DefectKind::malformed;
  std::string code;  // one token: "mime-no-close-delimiter", "limit-depth"
  std::string text;  // for people; may hold bytes of the mail: escape before printing
};

// The code of the defect of a mail that killed its workers: it was neither opened nor shown to a scanner again.
inline constexpr const char* workers_crashed = "workers-crashed";

struct Part {
  enum class Source : uint32_t { none, mail, arena };  // none: no bytes (directories, what was never extracted)

  uint32_t parent = 0;  // index; the mail itself (index 0) is its own parent
  uint32_t depth = 0;
  uint32_t flags = 0;   // POSTERN_PART_* of postern/plugin.h
  Source source = Source::none;
  uint64_t offset = 0, size = 0;          // in source: the decoded bytes
  uint64_t raw_offset = 0, raw_size = 0;  // where the encoded bytes stand in the parent
  base::Sha256 digest{};                  // of the decoded bytes
  std::string path;                       // "0" the mail, "1" its body, "1.2" …
  std::string declared_type, detected_type;
  std::string encoding;                   // transfer encoding or compression
  std::string role;                       // "", "preamble", "epilogue", "gap", "body"
  std::string decoder;                    // instance that opened it; empty: a leaf
  std::vector<std::string> names;         // every reading, hostile bytes
  std::vector<Defect> defects;
};

// The mail itself, before anything is known of it: the root of every tree.
Part whole_mail(uint64_t size);

class Contents {
 public:
  Contents() = default;
  Contents(std::vector<Part> parts, base::Content arena) : parts_(std::move(parts)), arena_(std::move(arena)) {}

  const std::vector<Part>& parts() const { return parts_; }
  // mail: the bytes of the ReceivedMail these contents were made from.
  std::string_view bytes(const Part& part, std::string_view mail) const {
    switch (part.source) {
      case Part::Source::none: return {};
      case Part::Source::mail: return mail.substr(part.offset, part.size);
      case Part::Source::arena: return arena_.bytes().substr(part.offset, part.size);
    }
    return {};
  }
  const base::Content& arena() const { return arena_; }

 private:
  std::vector<Part> parts_;
  base::Content arena_;
};

}  // namespace postern::mail
