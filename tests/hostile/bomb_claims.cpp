// SPDX-License-Identifier: MIT
// E-04, E-07, E-10: headers that claim what is not there. Nobody may reserve memory, or loop, by a claim; and where two
// headers disagree, the bytes are taken by each.
#include "hostile/bomb.h"
#include "support/archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

// ---- Zip64: the sizes of 64 bits in an extra field, the record of 64 bits before the end record

std::string zip64_extra(std::initializer_list<uint64_t> values) {
  std::string out = little(1, 2) + little(8 * values.size(), 2);
  for (const uint64_t value : values) out += little(value, 8);
  return out;
}

struct Zip64End {
  uint64_t entries = 0, size = 0, offset = 0;  // of the directory
  uint64_t record_at = 0;                      // where the locator says that the record stands
};
std::string zip64_end(const Zip64End& e) {
  return "PK\6\6" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4) + little(e.entries, 8) +
         little(e.entries, 8) + little(e.size, 8) + little(e.offset, 8) + "PK\6\7" + little(0, 4) +
         little(e.record_at, 8) + little(1, 4) + end_record(0xffff, 0xffffffff, 0xffffffff);
}

// One honest member, and an end that claims.
std::string ended_by(const std::function<void(Zip64End&)>& claim) {
  const ZipEntry e = deflated_entry("virus.com", eicar());
  const std::string files = local_header(e) + e.packed, directory = central_header(e, 0);
  Zip64End end{1, directory.size(), files.size(), files.size() + directory.size()};
  claim(end);
  return files + directory + zip64_end(end);
}

void add_zip64(std::vector<Recipe>& all) {
  all.push_back(bomb("zip64-honest", "all numbers in their 64-bit places: an ordinary large archive",
                     [] { return ended_by([](Zip64End&) {}); }, {}));
  all.push_back(bomb("zip64-entries", "a directory that claims a trillion members",
                     [] { return ended_by([](Zip64End& e) { e.entries = 1ull << 40; }); }, {"zip-directory-claims"}));
  all.push_back(bomb("zip64-directory-size", "a directory that claims eight exabytes",
                     [] { return ended_by([](Zip64End& e) { e.size = 1ull << 63; }); }, {"zip-directory-claims"}));
  all.push_back(bomb("zip64-directory-offset", "a directory that stands where no file reaches",
                     [] { return ended_by([](Zip64End& e) { e.offset = 0xffffffffffffff00u; }); }, {}));
  all.push_back(bomb("zip64-member-offset", "a second member at eight exabytes",
                     [] {
                       const ZipEntry e = deflated_entry("virus.com", eicar());
                       ZipEntry far = stored_entry("far", "x");
                       far.extra = zip64_extra({1ull << 63});
                       const std::string files = local_header(e) + e.packed,
                                         directory = central_header(e, 0) + central_header(far, 0xffffffff);
                       return files + directory + end_record(2, directory.size(), files.size());
                     },
                     {"archive-damaged"}));
  all.push_back(bomb("zip64-packed-size", "a member that claims eight exabytes of compressed bytes",
                     [] {
                       ZipEntry e = deflated_entry("virus.com", eicar());
                       e.size = e.packed_size = 0xffffffff;
                       e.extra = zip64_extra({1ull << 62, 1ull << 62});
                       return zip_of({e});
                     },
                     {"archive-damaged"}));
}

// The header of the second member changed, with the right checksum; the first has one block.
std::string patched(std::string tar, const std::function<void(std::string&)>& change) {
  std::string head = tar.substr(1024, 512);
  change(head);
  head.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  head.replace(148, 7, digits, 7);
  return tar.replace(1024, 512, head);
}

// ---- off by 4 GiB: who counts in 32 bits sees honest numbers

void add_off_by_4_gib(std::vector<Recipe>& all) {
  constexpr uint64_t more = 1ull << 32;
  all.push_back(bomb("zip64-off-by-4-gib", "the true size and 4 GiB: in 32 bits it is right",
                     [] {
                       ZipEntry e = deflated_entry("virus.com", eicar());
                       e.extra = zip64_extra({e.size + more});
                       e.size = 0xffffffff;
                       return zip_of({e});
                     },
                     {"size-claim-false"}));
  all.push_back(bomb("zip64-packed-off-by-4-gib", "the true packed size and 4 GiB: in 32 bits it is right",
                     [] {
                       ZipEntry e = deflated_entry("virus.com", eicar());
                       e.extra = zip64_extra({e.size, e.packed_size + more});
                       e.size = e.packed_size = 0xffffffff;
                       return zip_of({e});
                     },
                     {"archive-damaged"}));
  all.push_back(bomb("tar-off-by-4-gib", "a size of 4 GiB and one byte: in 32 bits the next member follows at once",
                     [] {
                       return tar_of({{"virus.com", eicar()}, {"x", "x", '0', "", 0644, more + 1}, {"y", "hello"}});
                     },
                     {"archive-damaged"}));
  all.push_back(bomb("tar-base-256", "a size of eight exabytes in base 256, as only large files have it",
                     [] {
                       return tar_of({{"virus.com", eicar()}, {"x", "x", '0', "", 0644, (1ull << 63) - 1}});
                     },
                     {"archive-damaged"}));
  all.push_back(bomb("tar-base-256-negative", "a negative size in base 256",
                     [] {
                       return patched(tar_of({{"virus.com", eicar()}, {"x", "x"}}),
                                      [](std::string& head) { head.replace(124, 12, std::string(12, '\xff')); });
                     },
                     {"archive-damaged"}));
}

// ---- sparse files: a map of what is there, and a size of what should be

std::string attributes(std::initializer_list<std::pair<const char*, std::string>> pairs) {
  std::string out;
  for (const auto& [key, value] : pairs) {
    const std::string rest = " "s + key + "=" + value + "\n";
    size_t length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) ++length;
    out += std::to_string(length) + rest;
  }
  return out;
}

std::string sparse_pax(const std::string& map_entry) {
  const std::string huge = "9223372036854775807";
  return tar_of({{"virus.com", eicar()},
                 {"pax",
                  attributes({{"GNU.sparse.major", "1"},
                              {"GNU.sparse.minor", "0"},
                              {"GNU.sparse.name", "sparse"},
                              {"GNU.sparse.realsize", huge}}),
                  'x'},
                 {"GNUSparseFile.0/sparse", map_entry + std::string(512 - map_entry.size(), '\0') + "x"}});
}

// The older form: the map stands in the header, numbers in base 256.
std::string sparse_header(uint64_t offset, uint64_t size) {
  const auto base_256 = [](uint64_t value) {
    const std::string digits = little(value, 8);
    return "\x80\0\0\0"s + std::string(digits.rbegin(), digits.rend());
  };
  return patched(tar_of({{"virus.com", eicar()}, {"sparse", "x", 'S'}}), [&](std::string& head) {
    head.replace(257, 8, "ustar  \0"s);
    head.replace(386, 24, base_256(offset) + base_256(1));
    head.replace(483, 12, base_256(size));
  });
}

void add_sparse(std::vector<Recipe>& all) {
  constexpr uint64_t huge = (1ull << 63) - 1;
  all.push_back(bomb("sparse-base-256", "a sparse file of eight exabytes in base 256, its one byte in front",
                     [] { return sparse_header(0, huge); }, {"size-claim-false"}));
  all.push_back(bomb("sparse-base-256-at-the-end", "its one byte is the last of eight exabytes",
                     [] { return sparse_header(huge - 1, huge); }, {"limit-bytes"}));
  all.push_back(bomb("sparse-pax", "eight exabytes of which one byte is there, as GNU tar writes it today",
                     [] { return sparse_pax("1\n0\n1\n"); }, {"size-claim-false"}));
  all.push_back(bomb("sparse-pax-at-the-end", "the one byte is the last of eight exabytes",
                     [] { return sparse_pax("1\n9223372036854775806\n1\n"); }, {"limit-bytes"}));
  all.push_back(bomb("sparse-pax-map", "a map that claims four billion holes",
                     [] { return sparse_pax("4294967295\n0\n1\n"); }, {"archive-damaged"}));
}

// ---- the descriptor behind a member whose sizes were not known in front

std::string described(uint32_t crc, uint64_t packed, uint64_t size, unsigned width) {
  return "PK\7\10" + little(crc, 4) + little(packed, width) + little(size, width);
}

// The member streamed, its own header without sizes; then a descriptor, and a directory that is right.
std::string streamed(const std::string& descriptor) {
  const ZipEntry right = deflated_entry("virus.com", eicar());
  ZipEntry local = right, listed = right;
  local.flags = listed.flags = 8;
  local.crc = 0;
  local.packed_size = local.size = 0;
  const std::string file = local_header(local) + right.packed + descriptor, directory = central_header(listed, 0);
  return file + directory + end_record(1, directory.size(), file.size());
}

void add_descriptors(std::vector<Recipe>& all) {
  const ZipEntry e = deflated_entry("virus.com", eicar());
  const auto add = [&](const std::string& name, const std::string& trick, const std::string& descriptor,
                       std::vector<std::string> marks) {
    all.push_back(bomb(
        "descriptor-" + name, trick, [descriptor] { return streamed(descriptor); }, std::move(marks)));
  };
  add("honest", "sizes behind the bytes, as every program that streams writes them",
      described(e.crc, e.packed_size, e.size, 4), {});
  add("zip64", "the same in 64 bits", described(e.crc, e.packed_size, e.size, 8), {});
  // A deflated member ends where its last block ends: readers complain about the descriptor, or ignore it, and all of
  // them see the same file.
  add("empty", "the descriptor says that there was nothing", described(0, 0, 0, 4), {});
  add("short", "the descriptor ends the member in its middle", described(e.crc, e.packed_size - 20, 10, 4), {});
  add("long", "the descriptor claims four gigabytes", described(e.crc, 0xfffffff0, 0xfffffff0, 4), {});
  add("exabytes", "the descriptor claims eight exabytes", described(e.crc, 1ull << 62, 1ull << 62, 8), {});
  add("checksum", "the descriptor has another checksum", described(~e.crc, e.packed_size, e.size, 4), {});
  all.push_back(bomb(
      "descriptor-in-stored", "a stored member that holds a descriptor and a member: who streams ends it there",
      [] {
        const ZipEntry evil = deflated_entry("virus.com", eicar());
        const std::string front = "hello";
        const std::string inner = front + described(crc32_of(front), 5, 5, 4) + local_header(evil) + evil.packed;
        ZipEntry local = stored_entry("a.txt", inner), listed = local;
        local.flags = listed.flags = 8;
        local.crc = 0;
        local.packed_size = local.size = 0;
        const std::string file = local_header(local) + inner + described(listed.crc, inner.size(), inner.size(), 4);
        const std::string directory = central_header(listed, 0);
        return file + directory + end_record(1, directory.size(), file.size());
      },
      {"zip-hidden-member"}));
}

}  // namespace

std::vector<Recipe> bomb_claim_recipes() {
  std::vector<Recipe> all;
  add_zip64(all);
  add_off_by_4_gib(all);
  add_sparse(all);
  add_descriptors(all);
  return all;
}

}  // namespace postern::testing
