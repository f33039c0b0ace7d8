// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"

namespace postern::testing {

std::vector<Recipe> archive_recipes() { return {}; }

}  // namespace postern::testing
