// SPDX-License-Identifier: MIT
#include "hostile/catalogue.h"

#include <iterator>

namespace postern::testing {
namespace {

constexpr Family all_families[] = {{"structure of the mail", mime_recipes},
                                   {"transfer encodings", encoding_recipes},
                                   {"file names", name_recipes},
                                   {"Macintosh files", apple_recipes},
                                   {"very many", many_recipes},
                                   {"bombs", bomb_recipes},
                                   {"bombs in each codec", bomb_codec_recipes},
                                   {"bombs in layers", bomb_layer_recipes},
                                   {"bombs by claims", bomb_claim_recipes},
                                   {"bombs in documents", bomb_document_recipes},
                                   {"paths and links", path_recipes},
                                   {"members with bytes that are no files", special_recipes},
                                   {"disk images", disk_recipes},
                                   {"archives in programs", program_recipes},
                                   {"pieces of archives", volume_recipes},
                                   {"compressed members", packed_recipes},
                                   {"archives", archive_recipes},
                                   {"documents", document_recipes},
                                   {"office files", office_recipes}};

}  // namespace

std::span<const Family> families() {
  return all_families;
}

std::vector<Recipe> catalogue() {
  std::vector<Recipe> all;
  for (const Family& family : families()) {
    std::vector<Recipe> some = family.recipes();
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace postern::testing
