// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"

namespace postern::testing {

std::vector<Recipe> document_recipes() { return {}; }

}  // namespace postern::testing
