// SPDX-License-Identifier: MIT
// The unpacking itself, as it happens inside the cage: the growing tree of one mail, the choice of a decoder for each part, breadth
// first, and the one budget. Every step is told to a Recorder, so that what was found outlives a death in the middle of the work.
// Pure but for the decoders it calls; knows nothing of processes.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/arena.h"
#include "decode/budget.h"
#include "decode/type_detector.h"
#include "mail/contents.h"
#include "plugin/job.h"

namespace postern::decode {

// A decoder that must not be tried again on a part, because two processes died of it there.
struct Skip {
  std::string decoder;
  std::string path;
};

// Told in order; part indexes are those of mail::Contents.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void part(const mail::Part& part) = 0;                            // the next index
  virtual void part_name(uint32_t part, const std::string& name) = 0;
  virtual void detected(uint32_t part, const std::string& type) = 0;
  virtual void opened(uint32_t part, const std::string& decoder) = 0;
  virtual void flags(uint32_t part, uint32_t flags) = 0;
  virtual void defect(uint32_t part, const mail::Defect& defect) = 0;
  virtual void trying(uint32_t part, uint32_t decoder) = 0;                 // about to call decoders[decoder] for part
};

struct Opening {
  std::span<const plugin::Instance* const> decoders;
  const TypeDetector& types;
  std::vector<Skip> skips;
};

// Opens everything in the mail. The tree is returned whole as well (for a scanner in the same cage).
std::vector<mail::Part> open_all(std::string_view mail, Arena& arena, Budget& budget, const Opening& opening, Recorder& recorder);

// The bytes of a part of that tree, inside the cage.
std::string_view part_bytes(const mail::Part& part, std::string_view mail, Arena& arena);

}  // namespace postern::decode
