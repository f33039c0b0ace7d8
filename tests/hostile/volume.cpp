// SPDX-License-Identifier: MIT
#include <algorithm>

#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/iso_images.h"
#include "support/rar_archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

class Family {
 public:
  void add(const std::string& name, const std::string& trick, const std::string& file,
           std::function<std::string()> bytes, const std::string& payload = eicar()) {
    all_.push_back({"volume-" + name,
                    trick,
                    [=] {
                      return mail_with(name, {{"application/octet-stream", file, bytes()}});
                    },
                    payload,
                    {"archive-volume"},
                    payload.empty() ? "unchecked" : "infected",
                    {},
                    false,
                    true});
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  std::vector<Recipe> all_;
};

// Headers say that there is more of it elsewhere. What is whole in this one is there.
void add_told(Family& family) {
  const std::string trick = "one of several volumes: what goes on in another one is not examined";
  const std::vector<RarEntry> entries = {{"virus.com", eicar()}, {"long.bin", "begin", false, true}};
  family.add("rar4", trick, "x.part1.rar", [=] { return rar4_of(entries, true); });
  family.add("rar5", trick, "x.part1.rar", [=] { return rar5_of(entries, true); });
  family.add("rar4-second", trick, "x.r00", [=] { return rar4_of({entries[1], entries[0]}, true); });
  family.add("zip-first", "members, and the directory is in another file", "x.z01", [] {
    const ZipEntry e = stored_entry("virus.com", eicar());
    return "PK\7\10" + local_header(e) + e.packed;
  });
  family.add("zip-last", "the directory tells of a first disk", "x.zip", [] {
    const ZipEntry e = stored_entry("virus.com", eicar());
    const std::string file = local_header(e) + e.packed,
                      directory = central_header(e, 0, 0) + central_header(e, 4711, 1);
    return file + directory + end_record(2, directory.size(), file.size(), "", 2);
  });
  const std::vector<File> files = {{"virus.com", eicar()}, {"long.bin", std::string(3000, 'x')}};
  for (const bool is_mszip : {false, true}) {
    const std::string method = is_mszip ? "-mszip" : "";
    family.add("cab-first" + method, trick, "x1.cab",
               [=] { return cab_of(files, {.is_mszip = is_mszip, .has_next = true, .goes_on = true}); });
    family.add("cab-middle" + method, trick, "x2.cab", [=] {
      return cab_of(
          {files[1], files[0], files[1]},
          {.is_mszip = is_mszip, .has_previous = true, .has_next = true, .goes_on = true, .began_before = true});
    });
    family.add("cab-last" + method, trick, "x3.cab", [=] {
      return cab_of({files[1], files[0]}, {.is_mszip = is_mszip, .has_previous = true, .began_before = true});
    });
  }
  family.add("cab-one-goes-on", "a small cabinet whose only file goes on in the next one", "x1.cab", [] {
    return cab_of({{"virus.com", eicar()}}, {.has_next = true, .goes_on = true});
  });
}

// A file that was only cut: the first piece begins as it should, and the others have nothing but their names.
void add_cut(Family& family) {
  const std::string first = "the first piece of a file that was cut", later = "a later piece of a file that was cut";
  const std::string filling(9000, 'x');
  const std::pair<const char*, std::function<std::string()>> whole[] = {
      {"zip",
       [=] {
         return zip({{"virus.com", eicar()}, {"long.bin", filling}});
       }},
      {"rar",
       [=] {
         return rar4_of({{"virus.com", eicar()}, {"long.bin", filling}});
       }},
      {"tar",
       [=] {
         return tar_of({{"virus.com", eicar()}, {"long.bin", filling}});
       }},
      {"iso", [=] {
         return iso_of({{"VIRUS.COM;1", eicar()}, {"LONG.BIN;1", filling}}, {});
       }}};
  for (const auto& [kind, bytes] : whole)
    family.add(kind + "-cut"s, first, "x."s + kind + ".001", [bytes = bytes] {
      const std::string all = bytes();
      return all.substr(0, all.size() - std::min<size_t>(all.size() / 8, 3000));
    });
  family.add(
      "7z-cut", first, "x.7z.001",
      [] {
        return packed_by("7zip", {{"a.txt", std::string(3000, 'a')}}).substr(0, 60);
      },
      "");
  for (const char* file :
       {"x.7z.002", "x.zip.002", "x.rar.002", "x.z02", "x.z100", "X.Z03", "x.r00", "x.r01", "x.exe.002"})
    family.add(
        "name-"s + file, later, file, [] { return std::string(300, '\3'); }, "");
}

}  // namespace

std::vector<Recipe> volume_recipes() {
  Family family;
  add_told(family);
  add_cut(family);
  return family.take();
}

}  // namespace postern::testing
