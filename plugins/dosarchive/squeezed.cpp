// SPDX-License-Identifier: MIT
#include "squeezed.h"

#include <postern/support/binary.h>

namespace dosarchive_plugin {
namespace {

constexpr size_t most_nodes = 256;
constexpr int end_symbol = 256;

}  // namespace

bool Squeezed::read_tree() {
  postern::support::BinaryReader in(input_);
  const size_t count = in.u16();
  if (in.failed() || count > most_nodes) return false;
  for (size_t n = 0; n < count; ++n) nodes_.push_back({static_cast<int16_t>(in.u16()), static_cast<int16_t>(in.u16())});
  bit_ = uint64_t{in.at()} * 8;
  return !in.failed();
}

Progress Squeezed::next(std::string_view& piece) {
  out_.clear();
  piece = {};
  if (!has_tree_ && !read_tree()) return fail("no tree in a squeezed member");
  has_tree_ = true;
  if (nodes_.empty()) return Progress::end;  // of an empty file
  while (out_.size() < piece_size) {
    int node = 0;
    do {
      if (static_cast<size_t>(node) >= nodes_.size()) {
        piece = out_;
        return fail("wrong data in a member");
      }
      // arc(1) leaves out the last bits of the end symbol, so what is cut shows only in the checksum. A tree that leads
      // in a circle ends here, too.
      if (bit_ >= uint64_t{input_.size()} * 8) {
        piece = out_;
        return Progress::end;
      }
      const auto byte = static_cast<unsigned char>(input_[static_cast<size_t>(bit_ / 8)]);
      node = nodes_[static_cast<size_t>(node)][byte >> bit_ % 8 & 1u];
      ++bit_;
    } while (node >= 0);
    const int symbol = -(node + 1);
    if (symbol >= end_symbol) {
      piece = out_;
      return symbol == end_symbol ? Progress::end : fail("wrong data in a member");
    }
    out_ += static_cast<char>(symbol);
  }
  piece = out_;
  return Progress::more;
}

}  // namespace dosarchive_plugin
