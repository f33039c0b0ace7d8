// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/iso_images.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace postern::testing {
namespace {

using Maker = std::string (*)(const std::string& name);

// A member of this name with the payload in it, by every writer there is.
const std::pair<const char*, Maker> makers[] = {
    {"zip", [](const std::string& name) { return zip_of({stored_entry(name, eicar())}); }},
    {"tar",
     [](const std::string& name) {
       return tar_of({{name, eicar()}});
     }},
    {"cpio",
     [](const std::string& name) {
       return cpio_of({{name, eicar(), '0', "", 0100644, {}}});
     }},
    {"7z",
     [](const std::string& name) {
       return packed_by("7zip", {{name, eicar()}});
     }},
    {"rar4",
     [](const std::string& name) {
       return rar4_of({{name, eicar()}});
     }},
    {"rar5",
     [](const std::string& name) {
       return rar5_of({{name, eicar()}});
     }},
    {"cab",
     [](const std::string& name) {
       return cab_of({{name, eicar()}});
     }},
    {"lha",
     [](const std::string& name) {
       return lha_of({{name, eicar()}});
     }},
    {"iso",
     [](const std::string& name) {
       return iso_of({{name, eicar()}}, {{name, eicar()}});
     }},
};

Recipe recipe(const std::string& name, const std::string& trick, std::function<std::string()> bytes,
              std::vector<std::string> marks = {}) {
  return {"path-" + name,
          trick,
          [name, bytes = std::move(bytes)] {
            return mail_with(name, {{"application/octet-stream", "file.bin", bytes()}});
          },
          eicar(),
          std::move(marks),
          "infected",
          {},
          false,
          true};
}

// F-01, F-02: names that climb or begin at the root.
void add_names(std::vector<Recipe>& all) {
  const std::pair<const char*, std::string> names[] = {{"absolute", "/tmp/moo"},
                                                       {"two-slashes", "//tmp/moo"},
                                                       {"climbing", "../moo"},
                                                       {"climbing-later", "tmp/../../moo"},
                                                       {"backslashes", "..\\moo"},
                                                       {"mixed-slashes", "..\\/../moo"},
                                                       {"blank", ".. /moo"},
                                                       {"drive", "C:\\moo"},
                                                       {"stream", "moo:evil"},
                                                       {"dos-device", "con"},
                                                       {"command", "$(touch moo)`id`;|x"},
                                                       {"format", "%n%s%x"},
                                                       {"newline", "a\nb: OK"}};
  for (const auto& [format, make] : makers)
    for (const auto& [what, name] : names)
      all.push_back(recipe(std::string(format) + "-" + what, "a name that shall be written elsewhere: names are data",
                           [make = make, n = name] { return make(n); }));
}

// F-03 to F-06: a link, and then something written through it.
void add_links(std::vector<Recipe>& all) {
  const std::string content = eicar();
  const auto tar = [](std::vector<TarEntry> entries) {
    return [entries = std::move(entries)] { return tar_of(entries); };
  };
  all.push_back(recipe("tar-link-then-file", "a link out, then a file of its name",
                       tar({{"moo", "", '2', "/tmp/moo"}, {"moo", content}})));
  all.push_back(recipe("tar-directory-link", "a directory link, then a file in it",
                       tar({{"tmp", "", '2', "/tmp"}, {"tmp/moo", content}})));
  all.push_back(recipe("tar-links-by-steps", "links that climb one step at a time",
                       tar({{"cur", "", '2', "."}, {"par", "", '2', "cur/.."}, {"par/moo", content}})));
  all.push_back(recipe("tar-links-through-links", "a link made through a link",
                       tar({{"cur", "", '2', "."}, {"cur/par", "", '2', ".."}, {"par/moo", content}})));
  all.push_back(recipe("tar-hard-link", "a hard link to a file of the system, and to another member",
                       tar({{"passwd", "", '1', "/etc/passwd"}, {"a", content}, {"b", "", '1', "a"}})));
  all.push_back(recipe("tar-hard-link-with-bytes", "a hard link that carries bytes, which old readers skip",
                       tar({{"passwd", content, '1', "/etc/passwd"}}), {"archive-special-bytes"}));
  all.push_back(recipe("cpio-link-then-file", "a link out, then a file written through it", [content] {
    return cpio_of({{"moo", "/tmp/moo", '0', "", 0120777, {}}, {"moo", content, '0', "", 0100644, {}}});
  }));
  all.push_back(recipe("zip-link-then-file", "a link out, then a file of its name",
                       [content] {
                         ZipEntry link = stored_entry("moo", "/tmp/moo");
                         link.attributes = 0120777u << 16;
                         return zip_of({link, stored_entry("moo", content)});
                       },
                       {"zip-duplicate-name"}));
  all.push_back(
      recipe("zip-link-of-payload", "a link whose target is the payload: a file for who knows no links", [content] {
        ZipEntry link = stored_entry("moo", content);
        link.attributes = 0120777u << 16;
        return zip_of({link});
      }));
  all.push_back(
      recipe("rar5-link", "a link with backslashes that a later step turns into slashes (CVE-2022-30333)", [content] {
        return rar5_of({{"moo", "", false, false, "..\\..\\tmp"}, {"moo/x", content}});
      }));
}

// F-07, F-08: what is no file, and names that collide.
void add_special(std::vector<Recipe>& all) {
  const std::string content = eicar();
  for (const auto& [what, type] : {std::pair<const char*, char>{"character-device", '3'},
                                   {"block-device", '4'},
                                   {"directory", '5'},
                                   {"fifo", '6'}})
    all.push_back(recipe(std::string("tar-") + what, "a member that is no file: opening it must not hang",
                         [content, type = type] {
                           return tar_of({{"special", "", type}, {"virus.com", content}});
                         }));
  for (const auto& [what, mode] :
       {std::pair<const char*, uint32_t>{"socket", 0140777}, {"fifo", 0010644}, {"device", 0020644}})
    all.push_back(recipe(
        std::string("cpio-") + what, "a member that is no file: opening it must not hang", [content, mode = mode] {
          return cpio_of({{"special", "", '0', "", mode, {}}, {"virus.com", content, '0', "", 0100644, {}}});
        }));
  all.push_back(recipe("tar-unreadable", "modes under which nobody could read it: directory 000, setuid", [content] {
    return tar_of({{"d", "", '5', "", 0}, {"d/virus.com", content, '0', "", 04000}});
  }));
  all.push_back(recipe("tar-same-name", "one name twice", [content] {
    return tar_of({{"a", "hello"}, {"a", content}});
  }));
  const std::pair<const char*, std::function<std::string()>> twice[] = {
      {"rar4",
       [] {
         return rar4_of({{"a", "hello"}, {"a", eicar()}});
       }},
      {"rar4-slashes",
       [] {
         return rar4_of({{"a/b", "hello"}, {"a\\b", eicar()}});
       }},
      {"rar4-thrice",
       [] {
         return rar4_of({{"-", "hello"}, {"-", "world"}, {"-", eicar()}});
       }},
      {"rar5",
       [] {
         return rar5_of({{"a", "hello"}, {"a", eicar()}});
       }},
      {"cpio",
       [] {
         return cpio_of({{"a", "hello", '0', "", 0100644, {}}, {"a", eicar(), '0', "", 0100644, {}}});
       }},
      {"7z",
       [] {
         return packed_by("7zip", {{"a", "hello"}, {"a", eicar()}});
       }},
      {"cab",
       [] {
         return cab_of({{"a", "hello"}, {"a", eicar()}});
       }},
      {"lha",
       [] {
         return lha_of({{"a", "hello"}, {"a", eicar()}});
       }},
      {"iso",
       [] {
         return iso_of({{"A", "hello"}, {"A", eicar()}}, {{"A", "hello"}, {"A", eicar()}});
       }},
      {"ar",
       [] {
         return packed_by("arsvr4", {{"a", "hello"}, {"a", eicar()}});
       }},
      {"xar",
       [] {
         return xar_of({{"a", "hello"}, {"a", eicar()}});
       }},
  };
  for (const auto& [format, bytes] : twice)
    all.push_back(recipe(std::string(format) + "-same-name", "one name twice: the first counts, or the last", bytes));
  all.push_back(recipe("tar-case", "names that differ in case", [content] {
    return tar_of({{"A", "hello"}, {"a", content}});
  }));
  all.push_back(recipe("tar-unicode-forms", "names that differ in their Unicode form", [content] {
    return tar_of({{"\xc3\xa9", "hello"}, {"e\xcc\x81", content}});
  }));
  all.push_back(recipe("tar-file-and-directory", "a file and a directory of one name", [content] {
    return tar_of({{"a", content}, {"a", "", '5'}, {"a/b", "x"}});
  }));
}

}  // namespace

std::vector<Recipe> path_recipes() {
  std::vector<Recipe> all;
  add_names(all);
  add_links(all);
  add_special(all);
  return all;
}

}  // namespace postern::testing
