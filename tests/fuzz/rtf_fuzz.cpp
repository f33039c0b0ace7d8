// SPDX-License-Identifier: MIT
// Any bytes as RTF and as compressed RTF: what comes out is bounded by what went in.
#include <cstdint>
#include <cstdlib>

#include "compressed.h"
#include "reader.h"

namespace {

class Checks final : public rtf::Listener {
 public:
  explicit Checks(size_t size) : size_(size) {}
  void data(const rtf::Data& data) override {
    if (data.readings.empty()) std::abort();
    for (const std::string& reading : data.readings)
      if (reading.empty() || reading.size() > size_) std::abort();
  }
  void template_path(const std::string&) override {}
  void field(const std::string&) override {}
  void object_updates() override {}
  void too_deep() override {}

 private:
  size_t size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Checks checks(size);
  rtf::read(bytes, checks);
  if (!rtf::is_compressed(bytes)) return 0;
  size_t made = 0;
  rtf::decompress(bytes, [&](std::string_view piece) { made += piece.size(); });
  if (made > size * 9) std::abort();
  return 0;
}
