// SPDX-License-Identifier: MIT
#include "package.h"

#include <algorithm>
#include <optional>

#include "bytes.h"

namespace onenote_plugin {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view packaging = "\x2f\xe9\x8d\x63\xd4\xa6\xc1\x4b\x9a\x36\xb3\xfc\x25\x11\xa5\xb7"sv;
constexpr size_t of_format = 48, first_object = 68;
constexpr unsigned object_data_blob = 2;

// [MS-FSSHTTPB] 2.2.1.1: the lowest bit that is set tells how many bytes there are.
struct Compact {
  uint64_t value = 0;
  size_t size = 1;
};
std::optional<Compact> compact_at(std::string_view bytes, size_t at) {
  if (at >= bytes.size()) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[at]);
  if (first == 0) return Compact{};
  size_t size = 1;
  while ((first >> (size - 1) & 1) == 0) ++size;
  if (size == 8) {  // 0x80: eight bytes follow
    if (bytes.size() - at < 9) return std::nullopt;
    return Compact{little64(bytes, at + 1), 9};
  }
  if (bytes.size() - at < size) return std::nullopt;
  return Compact{little(bytes, at, size) >> size, size};
}

class Walk {
 public:
  explicit Walk(std::string_view bytes) : bytes_(bytes) {}

  std::vector<EmbeddedFile> run() {
    while (at_ < bytes_.size() && step()) {
    }
    return std::move(files_);
  }

 private:
  // One header; false: the sequence ends here.
  bool step() {
    switch (bytes_[at_] & 3) {
      case 0:
        return room(2) && start(little16(bytes_, at_) >> 3 & 0x3f, little16(bytes_, at_) >> 9, 2);
      case 2:
        return room(4) && start(little32(bytes_, at_) >> 3 & 0x3fff, little32(bytes_, at_) >> 17, 4);
      case 1:
        ++at_;  // the end of a compound object
        return true;
      default:
        at_ += 2;
        return true;
    }
  }

  bool room(size_t size) const { return bytes_.size() - at_ >= size; }

  bool start(unsigned type, uint64_t length, size_t header) {
    constexpr uint64_t longer = 0x7fff;
    at_ += header;
    if (header == 4 && length == longer) {
      const auto real = compact_at(bytes_, at_);
      if (!real) return false;
      length = real->value;
      at_ += real->size;
    }
    const uint64_t there = std::min<uint64_t>(length, bytes_.size() - at_);
    if (type == object_data_blob) take(there, there < length);
    at_ += there;
    return there == length;
  }

  // A binary item: its own length, and the bytes.
  void take(uint64_t length, bool is_cut) {
    const auto claimed = compact_at(bytes_.substr(0, at_ + length), at_);
    if (!claimed) return;
    const uint64_t rest = length - claimed->size;
    files_.push_back({at_ + claimed->size, std::min(claimed->value, rest), is_cut || claimed->value > rest});
  }

  std::string_view bytes_;
  size_t at_ = first_object;
  std::vector<EmbeddedFile> files_;
};

}  // namespace

bool is_package(std::string_view bytes) {
  return bytes.size() >= first_object && bytes.substr(of_format).starts_with(packaging);
}

std::vector<EmbeddedFile> packed_files(std::string_view bytes) {
  return Walk(bytes).run();
}

}  // namespace onenote_plugin
