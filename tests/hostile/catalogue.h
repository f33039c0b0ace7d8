// SPDX-License-Identifier: MIT
// All recipes, family by family: the one place that knows every family.
#pragma once
#include <span>
#include <vector>

#include "hostile/recipe.h"

namespace postern::testing {

struct Family {
  const char* name;  // what its tricks are about
  std::vector<Recipe> (*recipes)();
};
std::span<const Family> families();

std::vector<Recipe> catalogue();

}  // namespace postern::testing
