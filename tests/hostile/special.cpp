// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"
#include "support/seven_zips.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

// A program begins with a zero somewhere: what takes the target of a link for a text loses the rest.
std::string program() {
  return "MZ\0\1"s + eicar() + "\0\r\n"s;
}

constexpr const char* odd = "archive-special-bytes";

class Family {
 public:
  void add(const std::string& name, const std::string& trick, std::function<std::string()> bytes,
           std::vector<std::string> marks, const std::string& payload = eicar()) {
    all_.push_back({"special-" + name,
                    trick,
                    [name, bytes = std::move(bytes)] {
                      return mail_with(name, {{"application/octet-stream", "file.bin", bytes()}});
                    },
                    payload,
                    std::move(marks),
                    "infected",
                    {},
                    false,
                    true});
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  std::vector<Recipe> all_;
};

void add_cpio(Family& family) {
  const auto member = [](uint32_t mode, const std::string& content) {
    return [=] { return cpio_of({{"x", content, '0', "", mode, {}}, {"a.txt", "hello", '0', "", 0100644, {}}}); };
  };
  for (const auto& [what, mode] : {std::pair<const char*, uint32_t>{"fifo", 0010644},
                                   {"device", 0020644},
                                   {"block-device", 0060644},
                                   {"socket", 0140777},
                                   {"directory", 0040755}})
    family.add("cpio-"s + what, "what is no file has the payload", member(mode, eicar()), {odd});
  family.add("cpio-link", "the target of a link is the payload: a file for who knows no links",
             member(0120777, eicar()), {});
  family.add("cpio-link-to-program", "the target of a link is a program, with zeros in it", member(0120777, program()),
             {}, program());
}

void add_7z(Family& family) {
  const auto member = [](uint32_t attributes, const std::string& content) {
    return [=] { return seven_zip_of({{"x", content, attributes}, {"a.txt", "hello"}}); };
  };
  family.add("7z-directory", "a directory has the payload", member(seven_zip_directory, eicar()), {});
  for (const auto& [what, mode] : {std::pair<const char*, uint32_t>{"fifo", 0010644}, {"device", 0020644}})
    family.add("7z-"s + what, "what is no file has the payload", member(seven_zip_mode(mode), eicar()), {odd});
  family.add("7z-link", "the target of a link is the payload: a file for who knows no links",
             member(seven_zip_mode(0120777), eicar()), {});
  family.add("7z-link-to-program", "the target of a link is a program, with zeros in it",
             member(seven_zip_mode(0120777), program()), {}, program());
}

void add_rar(Family& family) {
  const auto rar4 = [](const RarEntry& e) {
    return [=] { return rar4_of({{"a.txt", "hello"}, e, {"b.txt", "hello"}}); };
  };
  const auto rar5 = [](const RarEntry& e) {
    return [=] { return rar5_of({{"a.txt", "hello"}, e, {"b.txt", "hello"}}); };
  };
  const std::string link = "the target of a link is the payload: a file for who knows no links",
                    directory = "a directory has the payload";
  family.add("rar4-link", link, rar4({.name = "x", .content = eicar(), .mode = 0120777}), {});
  family.add("rar4-link-to-program", link, rar4({.name = "x", .content = program(), .mode = 0120777}), {}, program());
  family.add("rar4-device", "a device has the payload", rar4({.name = "x", .content = eicar(), .mode = 0020644}),
             {odd});
  family.add("rar4-directory", directory, rar4({.name = "x", .content = eicar(), .is_directory = true}), {odd});
  family.add("rar5-directory", directory, rar5({.name = "x", .content = eicar(), .is_directory = true}), {odd});
  family.add("rar5-redirect", "a link, which needs no bytes, has the payload",
             rar5({.name = "x", .content = eicar(), .link = "elsewhere"}), {odd});
  family.add("rar5-device", "a device has the payload", rar5({.name = "x", .content = eicar(), .mode = 0020644}),
             {odd});
}

void add_tar(Family& family) {
  for (const auto& [what, kind] : {std::pair<const char*, char>{"link", '2'},
                                   {"character-device", '3'},
                                   {"block-device", '4'},
                                   {"directory", '5'},
                                   {"fifo", '6'}}) {
    const std::string trick = "what is no file has bytes, which some readers skip and others do not";
    family.add("tar-"s + what, trick,
               [kind = kind] {
                 return tar_of({{"x", eicar(), kind, "elsewhere"}, {"a.txt", "hello"}});
               },
               {odd});
    family.add("tar-behind-"s + what, trick,
               [kind = kind] {
                 return tar_of({{"x", "hello", kind, "elsewhere"}, {"virus.com", eicar()}});
               },
               {odd});
    // Who skips nothing sees one member, whose content has the header of the other one in its middle.
    family.add("tar-two-readings-"s + what, "headers that hide others, for who skips the bytes of what is no file",
               [kind = kind] {
                 const std::string hidden = tar_of({{"virus.com", eicar()}});
                 const std::string seen = tar_of({{"a.bin", std::string(512, 'a') + hidden}});
                 return tar_of({{"x", "", kind, "elsewhere", 0644, 1024}}).substr(0, 512) + seen;
               },
               {odd});
  }
}

void add_others(Family& family) {
  family.add("lha-directory", "a directory has the payload",
             [] {
               return lha_of({{"x", eicar(), "-lhd-"}, {"a.txt", "hello"}});
             },
             {odd});
  for (const char* type : {"symlink", "directory", "fifo", "character special", "socket"})
    family.add("xar-"s + (type == "character special"s ? "device" : type), "what is no file has the payload",
               [=] {
                 const std::string link = type == "symlink"s ? "<link type=\"broken\">elsewhere</link>" : "";
                 return xar_of({{"x", eicar(), type, link}, {"a.txt", "hello"}});
               },
               {odd});
}

}  // namespace

std::vector<Recipe> special_recipes() {
  Family family;
  add_cpio(family);
  add_7z(family);
  add_rar(family);
  add_tar(family);
  add_others(family);
  return family.take();
}

}  // namespace postern::testing
