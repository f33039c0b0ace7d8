// SPDX-License-Identifier: MIT
// Any bytes as a Compound File, and its streams as everything that streams can be; the bytes themselves too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "compound.h"
#include "crypt.h"
#include "package.h"
#include "presentation.h"
#include "vba.h"
#include "workbook.h"

namespace {

constexpr size_t most_streams = 50, most_bytes = 1 << 20;

void read_everything(std::string_view bytes) {
  const auto ignore = [](std::string_view) {};
  ole::vba::decompress(bytes, ignore);
  for (const ole::vba::Module& m : ole::vba::modules(bytes))
    if (m.stream.empty()) std::abort();
  if (const auto at = ole::vba::find_source(bytes); at && *at >= bytes.size()) std::abort();
  const ole::Workbook book = ole::read_workbook(bytes);
  if (book.file_pass) ole::decrypt_workbook(bytes, *book.file_pass);
  ole::read_presentation(bytes, [&](const ole::StoredObject& o) {
    if (o.bytes.size() > bytes.size()) std::abort();
  });
  if (const auto object = ole::read_old_object(bytes)) ole::read_package(object->data);
  ole::read_package(bytes);
  // A password takes its rounds: only headers that are wrong before are worth a fuzzer's time.
  ole::crypt::open_package(bytes, [] { return false; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!ole::Compound::is_one(bytes)) {
    read_everything(bytes);
    return 0;
  }
  ole::Compound file(bytes);
  size_t streams = 0;
  for (uint32_t n = 0; n < file.entries().size() && streams < most_streams; ++n) {
    file.path(n);
    if (file.entries()[n].kind != ole::Entry::Kind::stream) continue;
    ++streams;
    if (const auto range = file.range(n); range && (range->offset > size || range->length > size - range->offset))
      std::abort();
    read_everything(file.read(n, most_bytes));
  }
  return 0;
}
