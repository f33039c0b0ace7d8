// SPDX-License-Identifier: MIT
// What the files of bombs share: a bomb is an attachment. The payload is a part of its own, or it would be found in
// archives that nobody has opened; in_front() is for bombs that are one part, with compressible() at its beginning.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "hostile/recipe.h"

namespace postern::testing {

constexpr size_t mebi = 1u << 20;

Recipe bomb(const std::string& name, const std::string& trick, std::function<std::string()> bytes,
            std::vector<std::string> marks, std::string payload = eicar());
Recipe in_front(Recipe recipe);

// The same attachment, as a file of this name and type.
Recipe bomb_file(const std::string& name, const std::string& trick, const std::string& type, const std::string& file,
                 std::function<std::string()> bytes, std::vector<std::string> marks);

// A payload that no codec leaves in clear: of less than a hundred bytes many store what cannot be made smaller.
inline std::string compressible() {
  return std::string(4, '!') + eicar() + eicar() + eicar();
}

std::string repeated(const std::string& piece, size_t times);

}  // namespace postern::testing
