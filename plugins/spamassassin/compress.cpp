// SPDX-License-Identifier: MIT
#include "compress.h"

#include <zlib.h>

#include <postern/plugin.hpp>

namespace postern::spamassassin {

// The fastest level: most of what can be saved, it saves already, and each mail pays for it.
std::string compressed(std::string_view content) {
  uLongf size = ::compressBound(content.size());
  std::string out(size, '\0');
  const int problem = ::compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(content.data()), content.size(), Z_BEST_SPEED);
  if (problem != Z_OK) throw Error(POSTERN_E_MEMORY, "zlib cannot compress the mail: code " + std::to_string(problem));
  out.resize(size);
  return out;
}

}  // namespace postern::spamassassin
