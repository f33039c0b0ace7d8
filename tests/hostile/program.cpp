// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/dos_archives.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

std::string program() {
  return "MZ" + std::string(5000, '\x90');
}

// Compressed, so that only who opens the archive sees the payload.
LhaEntry compressed_entry() {
  return {"virus.com", eicar(), "-lh5-", lh5_packed(eicar())};
}

std::string compressed_cab() {
  return cab_of({{"virus.com", eicar()}}, {.is_mszip = true});
}

}  // namespace

// G-08: programs that hold archives, as setup programs do.
std::vector<Recipe> program_recipes() {
  std::vector<Recipe> all;
  const auto add = [&](const std::string& name, const std::string& trick, std::function<std::string()> bytes,
                       std::vector<std::string> marks = {}) {
    all.push_back({"program-" + name,
                   trick,
                   [=] {
                     return mail_with(name, {{"application/octet-stream", "setup.exe", bytes()}});
                   },
                   eicar(),
                   std::move(marks),
                   "infected",
                   {},
                   false,
                   true});
  };
  add("cab", "a cabinet among the resources of a program",
      [] { return program() + compressed_cab() + "and more resources"; });
  add("cab-second", "the second cabinet of a program", [] {
    return program() + cab_of({{"a.txt", "hello"}}) + std::string(100, '\0') + compressed_cab() + "more";
  });
  add("cab-behind-marks", "what begins as a cabinet, many times, and one that is one", [] {
    std::string marks;
    for (int i = 0; i < 1000; ++i) marks += "MSCF\0\0\0\0\xff\xff"s;
    return program() + marks + compressed_cab();
  });
  add("lha", "a self-extracting LHA archive", [] { return program() + lha_of({compressed_entry()}); });
  add("lha-behind-names", "a program that knows the names of LHA's methods, and an archive",
      [] { return program() + "-lh0-\0-lh1-\0-lh5-\0-lh7-\0-lhd-\0"s + lha_of({compressed_entry()}); });
  add("rar4", "a self-extracting RAR archive of the old format", [] {
    return program() + rar4_of({{.name = "virus.com",
                                 .content = eicar() + std::string(230, '*'),
                                 .packed = rar4_packed(eicar() + "*", 229)},
                                {"virus.com", eicar()}});
  });
  add("rar-behind-marks", "what begins as a RAR archive, many times, and one that is one", [] {
    std::string marks;
    for (int i = 0; i < 1000; ++i) marks += "Rar!\x1a\x07\x01\0Rar!\x1a\x07\0"s;
    return program() + marks + rar5_of({{"virus.com", eicar()}});
  });
  add("zip-signed", "a signature behind a self-extracting ZIP file",
      [] {
        return program() + zip_of({deflated_entry("virus.com", eicar())}) + "\x30\x82" + std::string(3000, '\x42');
      },
      {"archive-trailing-bytes"});
  return all;
}

}  // namespace postern::testing
