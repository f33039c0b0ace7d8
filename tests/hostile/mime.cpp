// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"

namespace postern::testing {

std::vector<Recipe> mime_recipes() { return {}; }

}  // namespace postern::testing
