// SPDX-License-Identifier: MIT
// One layer of compression taken off: compressed bytes in, pieces of what they hold out, bounded in memory whatever the
// bytes claim. A codec stops exactly where its stream ends, so that whoever uses it sees what stands behind. What is
// wrong with the bytes is an answer, never an exception; std::bad_alloc when memory is short. The only user of zlib,
// bzip2, liblzma, zstd, lz4, lzo and brotli.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace archive_plugin {

enum class Compression {
  deflate,
  deflate64,
  gzip,
  bzip2,
  xz,
  lzma,
  lzip,
  zstd,
  lz4,
  lz4_legacy,
  lzop,
  compress,
  brotli,
  szdd,
  zisofs
};

const char* name(Compression);  // "gzip"

enum class Progress {
  more,         // a piece, perhaps an empty one: ask again
  end,          // the stream is complete
  damaged,      // it cannot be read further, see why()
  too_large,    // it wants more memory than we give (a window of gigabytes)
  unsupported,  // a variant that we cannot read
};

class Codec {
 public:
  virtual ~Codec() = default;
  // A stream begins here; input must outlive its decoding. May be called again for the next stream.
  virtual void start(std::string_view input) = 0;
  virtual Progress next(std::string_view& piece) = 0;  // the piece is lent until the next call
  size_t consumed() const { return consumed_; }        // bytes of the input, exact after Progress::end
  const std::string& why() const { return why_; }

 protected:
  Progress fail(const char* why, Progress how = Progress::damaged) {
    why_ = why;
    return how;
  }
  size_t consumed_ = 0;
  std::string why_;
};

std::unique_ptr<Codec> make_codec(Compression);

}  // namespace archive_plugin
