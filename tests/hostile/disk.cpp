// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/iso_images.h"
#include "support/udf_images.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

Recipe recipe(const std::string& name, const std::string& trick, std::function<std::string()> bytes,
              std::vector<std::string> marks, const std::string& payload = eicar()) {
  return {"disk-" + name,
          trick,
          [name, bytes = std::move(bytes)] {
            return mail_with(name, {{"application/octet-stream", "disk.img", bytes()}});
          },
          payload,
          std::move(marks),
          payload.empty() ? "unchecked" : "infected",
          {},
          false,
          true};
}

// F-09: what Rock Ridge says, and a file to everybody who does not know it, as Windows.
void add_rock_ridge(std::vector<Recipe>& all) {
  const std::string content = eicar();
  const auto add = [&](const std::string& name, const std::string& trick, std::function<std::string()> bytes) {
    all.push_back(recipe("iso-" + name, trick, std::move(bytes), {"iso-trees-differ"}));
  };
  const auto file_called = [content](const std::string& system_use) {
    return [=] {
      return iso_image({{"VIRUS.COM;1", content, 0, system_use}},
                       {{"virus.com", content, 0, "", iso_first_block}, {"a.txt", "hello"}});
    };
  };
  add("link-with-bytes", "a symbolic link for Unix, a file for Windows",
      file_called(rock_ridge_mode(0120777) + rock_ridge_link("elsewhere")));
  add("device-with-bytes", "a device for Unix, a file for Windows", file_called(rock_ridge_mode(0020644)));
  add("fifo-with-bytes", "a FIFO for Unix, a file for Windows", file_called(rock_ridge_mode(0010644)));
  const auto unlisted = [](const std::string& bytes) {
    IsoEntry e{"", bytes};
    e.is_listed = false;
    return e;
  };
  add("file-is-directory", "a file for Windows; for Unix a directory belongs there that stands elsewhere", [=] {
    const std::string empty = iso_record({std::string(1, '\0'), std::string(iso_sector, '\0'), iso_directory}, 22);
    return iso_image({{"VIRUS.COM;1", content, 0, rock_ridge_child(22)}, unlisted(empty)}, {});
  });
  add("directory-moved-nowhere", "a directory that was moved, and Rock Ridge does not show where", [=] {
    const std::string inside = iso_record({"VIRUS.COM;1", content}, 22);
    return iso_image({{"MOVED", inside, iso_directory, rock_ridge_moved()}, unlisted(content)}, {});
  });
  all.push_back(recipe("iso-goes-on-nowhere", "a file that goes on in another record, and there is none",
                       [content] {
                         return iso_image({{"VIRUS.COM;1", content, iso_goes_on}}, {});
                       },
                       {"archive-damaged"}));
}

std::string zeros(size_t n) {
  return std::string(n, '\0');
}

// A boot sector with this at its front, and a disk behind it.
std::string disk_of(const std::string& front) {
  return front + zeros(510 - front.size()) + "\x55\xaa" + zeros(40000);
}

std::string fat() {
  return "\xeb\x3c\x90MSDOS5.0" + zeros(43) + "FAT12   ";
}

std::string partitions() {
  const std::string partition("\x80\x01\x01\0\x07\xfe\xff\xff\0\x08\0\0\0\x10\0\0", 16);
  return zeros(446) + partition;
}

// What stands at the end of a disk of Virtual PC, and at the front as well if it grows.
std::string vhd_footer(uint32_t kind) {
  std::string big_kind = little(kind, 4);
  big_kind.assign(big_kind.rbegin(), big_kind.rend());
  return ("conectix"s + zeros(52) + big_kind).append(zeros(448));
}

// H-05: nobody here opens them, and nobody may think that they were looked at.
void add_unopened(std::vector<Recipe>& all) {
  constexpr uint32_t fixed = 2, growing = 3;
  const std::pair<std::string, std::function<std::string()>> images[] = {
      {"floppy", [] { return disk_of(fat()); }},
      {"ntfs", [] { return disk_of("\xeb\x52\x90NTFS    "); }},
      {"exfat",
       [] {
         return disk_of(
             "\xeb\x76\x90"
             "EXFAT   ");
       }},
      {"partitions", [] { return disk_of(partitions()); }},
      {"gpt", [] { return disk_of("").replace(512, 8, "EFI PART"); }},
      {"vhd-fixed", [] { return disk_of(fat()) + vhd_footer(fixed); }},
      {"vhd-fixed-old", [] { return disk_of(fat()) + vhd_footer(fixed).substr(0, 511); }},
      {"vhd-fixed-unknown", [] { return std::string(5000, '\3') + vhd_footer(fixed); }},
      {"vhd-growing", [] { return vhd_footer(growing) + "cxsparse" + zeros(4000) + vhd_footer(growing); }},
      {"vhdx", [] { return "vhdxfile" + zeros(70000); }},
      {"vmdk", [] { return "KDMV\1" + zeros(2000); }},
      {"vdi",
       [] { return "<<< Oracle VM VirtualBox Disk Image >>>\n" + zeros(24) + "\x7f\x10\xda\xbe" + zeros(2000); }},
      {"qcow", [] { return "QFI\xfb" + zeros(2000); }},
      {"dmg", [] { return std::string(5000, '\3') + "koly\0\0\0\4"s + zeros(504); }},
      {"hfs", [] { return zeros(1024) + "H+\0\4"s + zeros(4000); }},
      {"apfs", [] { return zeros(32) + "NXSB" + zeros(5000); }},
  };
  for (const auto& [name, bytes] : images)
    all.push_back(
        recipe(name, "an image of a disk that nothing here opens: not examined", bytes, {"archive-unsupported"}, ""));
}

// A disk of one kind with files that are found as another: both.
void add_two_in_one(std::vector<Recipe>& all) {
  const auto iso = [] { return iso_of({{"VIRUS.COM;1", eicar()}}, {{"virus.com", eicar()}}); };
  const auto booting_iso = [=] {
    std::string image = iso();
    const std::string boot = fat();
    return image.replace(0, boot.size(), boot).replace(510, 2, "\x55\xaa");
  };
  all.push_back(recipe("vhd-with-iso", "a fixed disk whose content is a CD", [=] { return iso() + vhd_footer(2); },
                       {"archive-unsupported"}));
  all.push_back(recipe("floppy-with-iso", "a floppy disk and a CD", booting_iso, {"archive-unsupported"}));
  all.push_back(recipe("floppy-with-zip", "an archive behind a disk",
                       [] { return disk_of(fat()) + zip_of({deflated_entry("virus.com", eicar())}); },
                       {"archive-unsupported"}));
}

// H-05: Windows shows the tree of UDF, whatever that of ISO 9660 has.
void add_udf(std::vector<Recipe>& all) {
  const auto add = [&](const std::string& name, const std::string& trick, std::function<std::string()> bytes,
                       std::vector<std::string> marks, const std::string& payload = eicar()) {
    all.push_back(recipe(name, trick, std::move(bytes), std::move(marks), payload));
  };
  const auto file = [](const std::string& name) { return UdfEntry{name, hidden()}; };
  add("udf", "a disk with a tree of files that only UDF knows", [=] { return udf_of({file("virus.gz")}); }, {});
  add("udf-deep", "the file stands in folders, and one leads back to the first",
      [=] {
        UdfEntry again = udf_directory("again", {});
        again.head = udf_root;
        return udf_of({again, udf_directory("a", {udf_directory("b", {file("virus.gz"), again})})});
      },
      {});
  add("udf-in-pieces", "the blocks of the file stand apart",
      [] {
        UdfEntry e{"virus.txt", std::string(2 * udf_block - 20, '\n') + eicar()};
        e.is_in_pieces = true;
        return udf_of({e});
      },
      {});
  all.back().alone = false;
  add("udf-inline", "the file stands in its own head",
      [=] {
        UdfEntry e = file("virus.gz");
        e.is_inline = true;
        return udf_of({e});
      },
      {});
  add("udf-with-iso", "a CD that has the file only in the tree that Windows prefers",
      [=] {
        return udf_image({{file("virus.gz")}, iso_of({{"README.TXT;1", "hello"}}, {{"readme.txt", "hello"}})});
      },
      {"udf-trees-differ"});
  add("udf-with-iso-only", "a CD that has the file only in the older tree",
      [=] {
        return udf_image({{{"a.txt", "hello"}}, iso_of({{"VIRUS.GZ;1", hidden()}}, {{"virus.gz", hidden()}})});
      },
      {"udf-trees-differ"});
  add("udf-behind-cut", "the end of the disk is missing",
      [=] {
        const std::string image = udf_of({file("virus.gz"), {"large", std::string(50000, 'x')}});
        return image.substr(0, image.size() - 20000);
      },
      {"archive-damaged"});
  add("udf-two-of-one-name", "two files of one name",
      [=] {
        return udf_of({file("virus.gz"), {"virus.gz", "hello"}});
      },
      {"udf-duplicate-name"});
  add("udf-climbs", "a name that leaves the folder it is put into",
      [=] {
        return udf_of({{"../../virus.gz", hidden()}});
      },
      {});
  add(
      "udf-directory-in-pieces", "the rest of the directory stands elsewhere: not examined",
      [=] {
        UdfImage image{{}};
        for (int i = 0; i < 60; ++i) image.entries.push_back({"file" + std::to_string(i), "x"});
        image.entries.push_back(file("virus.gz"));
        image.is_root_in_pieces = true;
        return udf_image(image);
      },
      {"archive-unsupported"}, "");
  add(
      "udf-two-volumes", "two volumes in one image, and readers choose: not examined",
      [=] {
        UdfImage image{{{"a.txt", "hello"}}};
        image.second_volume = "OTHER";
        return udf_image(image);
      },
      {"udf-two-volumes"}, "");
  all.back().category = "ambiguous";
  add(
      "udf-rubbish", "it says that it is one, and nothing follows",
      [] {
        return zeros(0x8000) + "\0BEA01\1"s + zeros(2041) + "\0NSR03\1"s + zeros(2041) + "\0TEA01\1"s + zeros(90000);
      },
      {"archive-damaged"}, "");
}

// A file that Linux unpacks when it is read.
void add_zisofs(std::vector<Recipe>& all) {
  all.push_back(recipe("iso-zisofs", "a file that the CD itself has compressed",
                       [] {
                         const std::string packed = stream_of("zisofs", eicar());
                         return iso_image({{"VIRUS.COM;1", packed, 0, rock_ridge_compressed()}},
                                          {{"virus.com", packed, 0, "", iso_first_block}});
                       },
                       {}));
}

}  // namespace

std::vector<Recipe> disk_recipes() {
  std::vector<Recipe> all;
  add_rock_ridge(all);
  add_unopened(all);
  add_two_in_one(all);
  add_udf(all);
  add_zisofs(all);
  return all;
}

}  // namespace postern::testing
