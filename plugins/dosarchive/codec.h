// SPDX-License-Identifier: MIT
// One compressed member taken apart: packed bytes in, pieces of what they hold out, bounded in memory whatever the bytes
// claim. What is wrong with the bytes is an answer, never an exception.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "walk.h"

namespace dosarchive_plugin {

enum class Progress {
  more,     // a piece, perhaps an empty one: ask again
  end,      // that was all, also with a last piece
  damaged,  // what there was is in the piece; it cannot be read further, see why()
};

class Codec {
 public:
  virtual ~Codec() = default;
  virtual Progress next(std::string_view& piece) = 0;  // the piece is lent until the next call
  const std::string& why() const { return why_; }

 protected:
  static constexpr size_t piece_size = 64 * 1024;
  Progress fail(std::string_view why) {
    why_ = why;
    return Progress::damaged;
  }
  std::string why_;
};

// The input must outlive the codec. size: what the archive claims; only ARJ's methods, which have no end mark, go by it.
// Null for Method::stored and Method::unknown.
std::unique_ptr<Codec> make_codec(Method, std::string_view input, uint64_t size);

}  // namespace dosarchive_plugin
