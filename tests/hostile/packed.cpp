// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace postern::testing {
namespace {

constexpr unsigned repeated = 240;

// The payload with a row of one letter behind it, so that its packed form has a match.
std::string long_payload() {
  return eicar() + std::string(repeated + 1, '*');
}

RarEntry packed_entry(std::string (*pack)(std::string_view, unsigned)) {
  return {.name = "virus.com", .content = long_payload(), .packed = pack(eicar() + "*", repeated)};
}

}  // namespace

// G-06: members that are compressed as the old packers do it; a scanner that looks at the archive's bytes sees nothing.
std::vector<Recipe> packed_recipes() {
  std::vector<Recipe> all;
  const auto add = [&](const std::string& name, std::function<std::string()> bytes, const std::string& payload,
                       std::vector<std::string> marks = {}) {
    all.push_back({"packed-" + name,
                   "a compressed member",
                   [=] {
                     return mail_with(name, {{"application/octet-stream", "file.bin", bytes()}});
                   },
                   payload,
                   std::move(marks),
                   payload.empty() ? "unchecked" : "infected",
                   {},
                   false,
                   true});
  };
  add(
      "rar4",
      [] {
        return rar4_of({{"a.txt", "hello"}, packed_entry(rar4_packed)});
      },
      long_payload());
  add(
      "rar5",
      [] {
        return rar5_of({{"a.txt", "hello"}, packed_entry(rar5_packed)});
      },
      long_payload());
  add(
      "rar4-behind-another",
      [] {
        return rar4_of({packed_entry(rar4_packed), {"virus.com", eicar()}});
      },
      eicar());
  add(
      "cab-mszip",
      [] {
        return cab_of({{"a.txt", "hello"}, {"virus.com", eicar()}}, {.is_mszip = true});
      },
      eicar());
  const std::string large = std::string(40000, 'x') + eicar() + std::string(40000, 'y');
  add(
      "cab-mszip-blocks",
      [=] {
        return cab_of({{"a.txt", "hello"}, {"b.bin", large}}, {.is_mszip = true});
      },
      large);
  for (const char* method : {"-lh5-", "-lh6-", "-lh7-"})
    add(
        "lha" + std::string(method, 4),
        [=] {
          const bool is_lh5 = method == std::string("-lh5-");
          return lha_of(
              {{"a.txt", "hello"}, {"virus.com", eicar(), method, is_lh5 ? lh5_packed(eicar()) : lh7_packed(eicar())}});
        },
        eicar());
  for (const char* method : {"-lh1-", "-lh2-", "-lzs-", "-pm2-"})
    add("lha" + std::string(method, 4),
        [=] {
          return lha_of({{"virus.com", std::string(60, 'x'), method, std::string(40, '\x5a')}});
        },
        "", {method == std::string("-pm2-") ? "archive-damaged" : "archive-unsupported-method"});
  return all;
}

}  // namespace postern::testing
