// SPDX-License-Identifier: MIT
// E-01 in every codec that can be written here: a flat bomb is the codec's own business, so each can fail by itself.
#include "hostile/bomb.h"
#include "support/compressors.h"

namespace postern::testing {
namespace {

std::string zeros(size_t mebis) {
  return std::string(mebis * mebi, '\0');
}

void add_in_zip(std::vector<Recipe>& all) {
  for (const auto& [method, name] :
       {std::pair<uint16_t, const char*>{12, "bzip2"}, {14, "lzma"}, {93, "zstd"}, {95, "xz"}})
    all.push_back(bomb(std::string("zip-") + name, "zeros in a member, in a method that is rare in ZIP files",
                       [m = method] {
                         return zip_of({packed_entry("virus.com", eicar(), m), packed_entry("zeros", zeros(16), m)});
                       },
                       {"limit-bytes"}));
  all.push_back(bomb("zip-deflate64", "a gibibyte of zeros, 65538 to a match: twenty-two thousand to one",
                     [] {
                       constexpr size_t matches = 16384, size = 1 + matches * 65538;
                       ZipEntry zeros = stored_entry("zeros", deflate64_zeros(matches));
                       zeros.method = 9;
                       zeros.size = size;
                       return zip_of({stored_entry("virus.com", eicar()), zeros});
                     },
                     {"limit-bytes"}));
}

void add_in_7z(std::vector<Recipe>& all) {
  // LZMA itself is flat-7z.
  for (const char* method : {"lzma1", "bzip2", "deflate", "ppmd"})
    all.push_back(bomb(std::string("7z-") + method, "zeros in a member",
                       [=] {
                         return packed_by("7zip", {{"virus.com", eicar()}, {"zeros", zeros(16)}},
                                          "7zip:compression=" + std::string(method));
                       },
                       {"limit-bytes"}));
}

void add_others(std::vector<Recipe>& all) {
  // No more than 580 to one, so that it takes as many as any mail may unpack to.
  all.push_back(bomb("cab-mszip", "zeros in a cabinet, deflated block by block",
                     [] {
                       return cab_mszip_of({{"virus.com", eicar()}, {"zeros", zeros(304)}});
                     },
                     {"limit-bytes"}));
  all.push_back(in_front(bomb_file("flat-brotli", "zeros without any signature, known by the name only",
                                   "application/octet-stream", "bomb.br",
                                   [] { return stream_of("brotli", compressible() + zeros(16)); }, {"limit-bytes"})));
}

}  // namespace

std::vector<Recipe> bomb_codec_recipes() {
  std::vector<Recipe> all;
  add_in_zip(all);
  add_in_7z(all);
  add_others(all);
  return all;
}

}  // namespace postern::testing
