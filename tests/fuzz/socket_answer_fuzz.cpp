// SPDX-License-Identifier: MIT
// Any bytes as what a daemon of each preset answers: the same however they come; the first byte chooses the preset.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "presets.h"
#include "protocol.h"

namespace {

using namespace postern;

std::vector<socket::Dialogue> dialogues() {
  std::vector<socket::Dialogue> all;
  for (const socket::Preset& p : socket::presets()) {
    socket::Dialogue& d = all.emplace_back();
    d.infected = socket::Pattern(p.infected), d.clean = socket::Pattern(p.clean), d.encrypted = socket::Pattern(p.encrypted);
    d.incomplete = socket::Pattern(p.incomplete), d.ignored = socket::Pattern(p.ignore), d.last = socket::Pattern(p.last);
  }
  return all;
}

support::ScanVerdict read(const socket::Dialogue& dialogue, std::string_view bytes, size_t piece) {
  const socket::Subject subject{"/run/x/0", "/run/x", {}};
  socket::Answer answer(dialogue, subject);
  bool is_complete = false;
  for (size_t at = 0; at < bytes.size() && !is_complete; at += piece) is_complete = answer.put(bytes.substr(at, piece));
  if (!is_complete && !answer.end()) return {};
  return answer.verdict();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<socket::Dialogue> all = dialogues();
  if (size < 1 || size > 60000) return 0;  // longer ones end by their length, where the pieces may differ
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const socket::Dialogue& dialogue = all[data[0] % all.size()];
  const support::ScanVerdict whole = read(dialogue, bytes, size), slow = read(dialogue, bytes, 1);
  if (whole.outcome != slow.outcome || whole.names != slow.names || whole.why != slow.why) std::abort();
  if (whole.outcome == support::Outcome::clean && !whole.names.empty()) std::abort();
  for (const std::string& name : whole.names)
    if (name.size() > 200) std::abort();
  return 0;
}
