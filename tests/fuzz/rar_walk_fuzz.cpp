// SPDX-License-Identifier: MIT
// Any bytes as the headers of a RAR archive: what is listed stands inside them, in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rar_plain.h"
#include "rar_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace std::string_view_literals;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string_view signature : {""sv, "Rar!\x1a\x07\0"sv, "Rar!\x1a\x07\x01\0"sv}) {
    const std::string whole = std::string(signature) + std::string(bytes);
    const archive_plugin::RarWalk walk = archive_plugin::walk_rar(whole);
    uint64_t before = 0;
    for (const archive_plugin::RarMember& m : walk.members) {
      if (m.begin < before || m.end > whole.size() || m.begin > m.end) std::abort();
      before = m.end;
      if (m.data < m.begin || m.data > m.end) std::abort();
      const std::string member = whole.substr(m.begin, m.end - m.begin);
      if (archive_plugin::as_plain_file_of_rar4(member).size() != member.size()) std::abort();
      if (archive_plugin::as_plain_file_of_rar5(member).size() != member.size()) std::abort();
    }
    if (walk.end > whole.size() || walk.head_end > whole.size()) std::abort();
  }
  return 0;
}
