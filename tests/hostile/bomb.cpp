// SPDX-License-Identifier: MIT
#include "hostile/bomb.h"

#include "support/archives.h"
#include "support/quines.h"

namespace postern::testing {

using namespace std::string_literals;

Recipe bomb_file(const std::string& name, const std::string& trick, const std::string& type, const std::string& file,
                 std::function<std::string()> bytes, std::vector<std::string> marks) {
  Recipe recipe;
  recipe.name = "bomb-" + name;
  recipe.trick = trick;
  recipe.mail = [name, type, file, bytes = std::move(bytes)] { return mail_with(name, {{type, file, bytes()}}); };
  recipe.marks = std::move(marks);
  recipe.alone = true;
  return recipe;
}

Recipe bomb(const std::string& name, const std::string& trick, std::function<std::string()> bytes,
            std::vector<std::string> marks, std::string payload) {
  Recipe recipe = bomb_file(name, trick, "application/octet-stream", "bomb.bin", std::move(bytes), std::move(marks));
  recipe.payload = std::move(payload);
  const bool is_damaged = recipe.marks == std::vector<std::string>{"archive-damaged"};
  if (recipe.payload.empty()) recipe.category = is_damaged ? "unchecked" : "over-limit";
  return recipe;
}

Recipe in_front(Recipe recipe) {
  recipe.alone = false;
  recipe.payload = compressible();
  return recipe;
}

std::string repeated(const std::string& piece, size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  while (times-- > 0) out += piece;
  return out;
}

namespace {

// E-01: a gibibyte of zeros, the payload in front.
void add_flat(std::vector<Recipe>& all) {
  for (const char* compression : {"gzip", "bzip2", "xz", "lzip", "zstd", "lz4"})
    all.push_back(in_front(bomb("flat-"s + compression, "a gibibyte of zeros",
                                [=] {
                                  return stream_of(compression, compressible()) +
                                         repeated(stream_of(compression, std::string(16 * mebi, '\0')), 64);
                                },
                                {"limit-bytes"})));
  for (const char* compression : {"lzma", "compress"})
    all.push_back(in_front(bomb("flat-"s + compression, "zeros",
                                [=] { return stream_of(compression, compressible() + std::string(16 * mebi, '\0')); },
                                {"limit-bytes"})));
  all.push_back(bomb(
      "flat-zip", "zeros in a member",
      [] {
        return zip_of({deflated_entry("virus.com", eicar()), deflated_entry("zeros", std::string(16 * mebi, '\0'))});
      },
      {"limit-bytes"}));
  all.push_back(bomb("flat-7z", "zeros in a member",
                     [] {
                       return packed_by("7zip", {{"virus.com", eicar()}, {"zeros", std::string(16 * mebi, '\0')}});
                     },
                     {"limit-bytes"}));
  all.push_back(in_front(bomb(
      "stored-full", "many mails' worth of plain bytes, deflated at 1:700, to the last byte of the quota",
      [] { return stream_of("gzip", compressible()) + repeated(stream_of("gzip", std::string(4 * mebi, 'x')), 160); },
      {"limit-bytes"})));
}

// E-02, E-03, E-11: layers.
void add_nested(std::vector<Recipe>& all) {
  all.push_back(bomb("nested-zips", "sixteen to the fifth files of 16 MiB (42.zip)",
                     [] {
                       std::string inner = zip_of({deflated_entry("zeros", std::string(16 * mebi, '\0'))});
                       for (int layer = 0; layer < 5; ++layer) {
                         std::vector<ZipEntry> entries;
                         for (int i = 0; i < 16; ++i)
                           entries.push_back(deflated_entry("lib " + std::to_string(i) + ".zip", inner));
                         if (layer == 4) entries.insert(entries.begin(), stored_entry("virus.com", eicar()));
                         inner = zip_of(entries);
                       }
                       return inner;
                     },
                     {"limit-parts"}));
  all.push_back(bomb("deep", "fifty layers of different kinds",
                     [] {
                       std::string inner = "the innermost";
                       for (int layer = 0; layer < 50; ++layer) {
                         switch (layer % 5) {
                           case 0:
                             inner = zip_of({deflated_entry("x", inner), stored_entry("virus.com", eicar())});
                             break;
                           case 1:
                             inner = stream_of("gzip", inner);
                             break;
                           case 2:
                             inner = tar_of({{"x", inner}});
                             break;
                           case 3:
                             inner = mail_with("x", {{"application/octet-stream", "x", inner}});
                             break;
                           default:
                             inner = packed_by("7zip", {{"x", inner}});
                             break;
                         }
                       }
                       return inner;
                     },
                     {"limit-depth"}));
  all.push_back(bomb("quine-zip", "a ZIP file whose member is itself", [] { return zip_quine(eicar()); }, {"limit-depth"}));
  all.push_back(bomb("quine-gzip", "a stream that holds itself", gzip_quine, {"limit-depth"}, ""));
  for (const char* compression : {"gzip", "compress", "bzip2"})
    all.push_back(bomb(
        "deep-"s + compression, "one kind of layer, fifty times",
        [=] {
          std::string inner = eicar();
          for (int layer = 0; layer < 50; ++layer) inner = stream_of(compression, inner);
          return inner;
        },
        {"limit-depth"}, ""));
}

// E-04, E-05, E-12: members.
void add_many(std::vector<Recipe>& all) {
  all.push_back(bomb("overlap", "250 members of 1 MiB that share their bytes (Fifield)",
                     [] { return overlapping_zip(stored_entry("virus.com", eicar()), 250, mebi); },
                     {"zip-overlap", "limit-bytes"}));
  all.push_back(bomb("overlap-same", "60000 entries for one member",
                     [] {
                       const ZipEntry first = stored_entry("virus.com", eicar()),
                                      e = deflated_entry("x", std::string(mebi, '\0'));
                       const std::string files = local_header(first) + first.packed + local_header(e) + e.packed;
                       std::string directory = central_header(first, 0);
                       for (int i = 0; i < 60000; ++i) {
                         ZipEntry other = e;
                         other.name = std::to_string(i);
                         directory += central_header(other, local_header(first).size() + first.packed.size());
                       }
                       return files + directory + end_record(60001, directory.size(), files.size());
                     },
                     {"zip-overlap"}));
  all.push_back(bomb("empty-members", "65535 members without bytes",
                     [] {
                       std::vector<ZipEntry> entries = {stored_entry("virus.com", eicar())};
                       for (int i = 1; i < 65535; ++i) entries.push_back(stored_entry(std::to_string(i), ""));
                       return zip_of(entries);
                     },
                     {"limit-parts"}));
  // The limit ends it before the TAR file is opened; what there is of that is scanned all the same.
  all.push_back(in_front(bomb("empty-members-tar", "a million members without bytes",
                              [] {
                                const std::string many = repeated(tar_of({{"empty", ""}}).substr(0, 512), 16384);
                                return stream_of("gzip", tar_of({{"virus.com", compressible()}}).substr(0, 1024)) +
                                       repeated(stream_of("gzip", many), 64);
                              },
                              {"limit-bytes"})));
  all.push_back(bomb("just-below", "a thousand members, each small enough",
                     [] {
                       std::vector<ZipEntry> entries = {stored_entry("virus.com", eicar())};
                       ZipEntry e = deflated_entry("", std::string(mebi, 'x'));
                       for (int i = 0; i < 1000; ++i) {
                         e.name = std::to_string(i);
                         entries.push_back(e);
                       }
                       return zip_of(entries);
                     },
                     {"limit-bytes"}));
  const auto empties = [&all](const std::string& compression, size_t count) {
    all.push_back(bomb("empty-streams-" + compression, "hundreds of thousands of streams without bytes",
                       [=] { return repeated(stream_of(compression, ""), count) + stream_of(compression, eicar()); },
                       {}));
  };
  empties("gzip", 300000);
  empties("bzip2", 300000);
  empties("xz", 150000);
  all.push_back(bomb("empty-blocks", "millions of deflate blocks without bytes",
                     [] {
                       const std::string blocks = repeated(stored_block("", false), 1500000);
                       ZipEntry e = stored_entry("virus.com", eicar());
                       e.packed = blocks + deflated(eicar());
                       e.method = 8;
                       e.packed_size = e.packed.size();
                       return zip_of({e});
                     },
                     {}));
}

// E-06, E-07: claims.
void add_claims(std::vector<Recipe>& all) {
  all.push_back(bomb("long-name", "a name of four gigabytes",
                     [] {
                       return tar_of({{"virus.com", eicar()}, {"././@LongLink", "name", 'L', "", 0644, 4ull << 30}});
                     },
                     {"archive-damaged"}));
  all.push_back(bomb("pax-size", "attributes of four gigabytes",
                     [] {
                       return tar_of({{"virus.com", eicar()}, {"pax", "30 path=x\n", 'x', "", 0644, 4ull << 30}});
                     },
                     {"archive-damaged"}));
  all.push_back(
      bomb("pax-claim", "a size of eight exabytes",
           [] {
             return tar_of({{"virus.com", eicar()}, {"pax", "28 size=9223372036854775807\n", 'x'}, {"x", "little"}});
           },
           {"archive-damaged"}));
  all.push_back(
      bomb("cpio-name", "a name of four gigabytes",
           [] {
             return cpio_of({{"virus.com", eicar(), '0', "", 0100644, {}}, {"x", "", '0', "", 0100644, 0xfffffff0u}});
           },
           {"archive-memory"}));
  all.push_back(bomb(
      "lzma-dictionary", "a dictionary of four gigabytes",
      [] {
        std::string bytes = stream_of("lzma", eicar());
        bytes.replace(1, 4, "\xff\xff\xff\xff");
        return bytes;
      },
      {"archive-memory"}, ""));
  all.push_back(bomb(
      "zstd-window", "a window of two gigabytes",
      [] { return "\x28\xb5\x2f\xfd"s + '\0' + static_cast<char>(21 << 3) + "\1\0\0"s; }, {"archive-memory"}, ""));
  all.push_back(bomb("zip64-claims", "a member that claims eight exabytes",
                     [] {
                       ZipEntry e = deflated_entry("virus.com", eicar());
                       e.size = 0xffffffff;
                       e.extra = little(1, 2) + little(8, 2) + little(1ull << 62, 8);
                       return zip_of({e});
                     },
                     {"size-claim-false"}));
  all.push_back(bomb("sparse", "a sparse file of eight gigabytes",
                     [] {
                       std::string tar = tar_of({{"virus.com", eicar()}, {"sparse", "x", 'S'}});
                       std::string head = tar.substr(1024, 512);
                       head.replace(257, 8, "ustar  \0"s);
                       head.replace(386, 24, "77777777770\0"s + "00000000001\0"s);
                       head.replace(483, 12, "77777777771\0"s);
                       head.replace(148, 8, "        ");
                       unsigned sum = 0;
                       for (const char c : head) sum += static_cast<unsigned char>(c);
                       char digits[8];
                       std::snprintf(digits, sizeof digits, "%06o", sum);
                       head.replace(148, 7, digits, 7);
                       return tar.replace(1024, 512, head);
                     },
                     {"limit-bytes"}));
  all.push_back(bomb(
      "7z-streams", "a header that tells of ninety million empty files",
      [] {
        const std::string header = "\1\5"s + "\xf0" + little(90000000, 4) + std::string(32, '\0');
        const std::string start = little(0, 8) + little(header.size(), 8) + little(crc32_of(header), 4);
        return "7z\xbc\xaf\x27\x1c\0\4"s + little(crc32_of(start), 4) + start + header;
      },
      {"archive-damaged"}, ""));
}

}  // namespace

std::vector<Recipe> bomb_recipes() {
  std::vector<Recipe> all;
  add_flat(all);
  add_nested(all);
  add_many(all);
  add_claims(all);
  return all;
}

}  // namespace postern::testing
