// SPDX-License-Identifier: MIT
#include "walk.h"

#include <algorithm>

namespace dosarchive_plugin {

Range clipped(std::string_view archive, uint64_t begin, uint64_t size) {
  begin = std::min<uint64_t>(begin, archive.size());
  return {begin, begin + std::min<uint64_t>(size, archive.size() - begin)};
}

void note_damage(Walk& walk, std::string_view why) {
  if (walk.damage.empty()) walk.damage = why;
}

void find_leftovers(Walk& walk, std::vector<Range> covered, uint64_t archive_size) {
  std::sort(covered.begin(), covered.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  uint64_t at = 0;
  for (const Range& range : covered) {
    if (range.begin > at) walk.leftovers.push_back({at, range.begin});
    at = std::max(at, range.end);
  }
  if (at < archive_size) walk.leftovers.push_back({at, archive_size});
}

}  // namespace dosarchive_plugin
