// SPDX-License-Identifier: MIT
// A recipe through the configured decoders in their cage, and what is not as the recipe wants it.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/examination.h"
#include "hostile/cost.h"
#include "hostile/empty_place.h"
#include "hostile/recipe.h"

namespace postern::testing {

struct Verdict {
  bool is_reached = false;        // the payload, in a part of its own reading; also where there is none to reach
  bool is_marked = false;         // every mark stands where it must
  std::set<std::string> wanted;   // categories that the mail must be in
  std::set<std::string> missing;  // those of them that it is not in
  // In words. Empty: all is as the recipe says, it cost no more than a mail may, and nothing is left of it.
  std::vector<std::string> faults;
  std::string tree;  // the parts with their marks, for people
  Cost cost;
};

// Opens the plug-ins once, which takes longer than to examine a mail. without: the instance that is left out, to see
// that recipes fail which are about it.
class Court {
 public:
  explicit Court(const std::string& without = {});
  Verdict judge(const Recipe& recipe);

 private:
  EmptyPlace place_;
  std::unique_ptr<cli::Examiner> examiner_;
};

}  // namespace postern::testing
