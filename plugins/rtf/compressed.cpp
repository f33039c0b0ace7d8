// SPDX-License-Identifier: MIT
#include "compressed.h"

#include <postern/support/binary.h>

#include <array>
#include <string>

namespace rtf {
namespace {

using namespace std::string_view_literals;
using postern::support::BinaryReader;

constexpr size_t header_size = 16;
constexpr size_t window_size = 4096;
constexpr size_t piece_size = 65536;

// What the window holds at first, [MS-OXRTFCP] 2.1.2.1: words that every RTF begins with.
constexpr std::string_view initial_window =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"sv;
static_assert(initial_window.size() == 207);

constexpr std::array<uint32_t, 256> crc_table = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t n = 0; n < 256; ++n) {
    uint32_t value = n;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) ? 0xEDB88320u : 0u);
    table[n] = value;
  }
  return table;
}();

uint32_t checksum(std::string_view bytes) {
  uint32_t value = 0;
  for (const char c : bytes) value = crc_table[(value ^ static_cast<unsigned char>(c)) & 255] ^ value >> 8;
  return value;
}

// Control bytes with a bit for each of the eight that follow: 0 a literal, 1 a reference into the window.
class Window {
 public:
  explicit Window(const Sink& sink) : sink_(sink), window_(initial_window) { window_.resize(window_size, ' '); }

  // True: its end was there.
  bool read(BinaryReader in) {
    while (in.left() > 0) {
      const unsigned control = in.u8();
      for (unsigned bit = 0; bit < 8; ++bit) {
        if (in.left() == 0) return false;
        if ((control >> bit & 1) == 0) {
          put(static_cast<char>(in.u8()));
          continue;
        }
        if (in.left() < 2) return false;
        const unsigned high = in.u8(), low = in.u8();
        const size_t from = high << 4 | low >> 4;
        if (from == at_) return true;  // a reference to where the next byte goes is the end
        for (size_t n = 0; n < (low & 15) + 2u; ++n) put(window_[(from + n) % window_size]);
      }
    }
    return false;
  }
  void flush() {
    if (!out_.empty()) sink_(out_);
    out_.clear();
  }

 private:
  void put(char c) {
    window_[at_] = c;
    at_ = (at_ + 1) % window_size;
    out_ += c;
    if (out_.size() >= piece_size) flush();
  }

  const Sink& sink_;
  std::string window_, out_;
  size_t at_ = initial_window.size();
};

}  // namespace

bool is_compressed(std::string_view bytes) {
  if (bytes.size() < header_size) return false;
  const std::string_view type = bytes.substr(8, 4);
  return type == "LZFu" || type == "MELA";
}

Unpacking decompress(std::string_view bytes, const Sink& sink) {
  const uint64_t size = BinaryReader(bytes).u32();  // of what follows this number
  const std::string_view data = bytes.substr(header_size);
  if (bytes.substr(8, 4) == "MELA") {
    sink(data);
    return Unpacking::whole;
  }
  Window window(sink);
  const bool is_whole = window.read(BinaryReader(data));
  window.flush();
  if (!is_whole) return Unpacking::cut;
  const uint64_t counted = size >= header_size - 4 ? size - (header_size - 4) : 0;
  const bool is_right = checksum(data.substr(0, counted)) == BinaryReader(bytes, 12).u32();
  return is_right ? Unpacking::whole : Unpacking::checksum_wrong;
}

}  // namespace rtf
