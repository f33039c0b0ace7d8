// SPDX-License-Identifier: MIT
// Any bytes as a TNEF stream: every view that comes out lies inside of what went in.
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "reader.h"

namespace {

class Checks final : public tnef::Listener {
 public:
  explicit Checks(std::string_view stream) : stream_(stream) {}
  void attachment(const tnef::Attachment& a) override {
    for (const tnef::Content& content : a.contents) inside(content.bytes);
  }
  void body(const tnef::Body& body) override { inside(body.content.bytes); }
  void rest(std::string_view bytes) override { inside(bytes); }
  void defect(tnef::Defect) override {}

 private:
  void inside(std::string_view piece) const {
    const std::less_equal<> not_after;
    if (piece.empty()) return;
    if (!not_after(stream_.data(), piece.data()) ||
        !not_after(piece.data() + piece.size(), stream_.data() + stream_.size()))
      std::abort();
  }
  std::string_view stream_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  Checks checks(stream);
  tnef::read(stream, checks);
  return 0;
}
