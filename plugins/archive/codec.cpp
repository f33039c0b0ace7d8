// SPDX-License-Identifier: MIT
#include "codec.h"

#include <brotli/decode.h>
#include <bzlib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include "deflate64.h"
#include "lzop.h"
#include "lzw.h"
#include "szdd.h"
#include "zisofs.h"

namespace archive_plugin {
namespace {

constexpr size_t piece_size = 64 * 1024;
constexpr uint64_t most_memory = 160ull * 1024 * 1024;  // xz -9 wants 65 MiB
constexpr int largest_zstd_window = 27;                 // 128 MiB, what zstd itself takes without being told
constexpr const char* cut = "it ends too early";
constexpr const char* too_large = "it wants more memory than a decoder gets";

// Most libraries take 32-bit lengths.
template <class T>
T at_most(size_t n) {
  return static_cast<T>(std::min<size_t>(n, std::numeric_limits<int>::max()));
}

// zlib's inflate: gzip with its header and checksum, or raw deflate as in ZIP.
class Inflate final : public Codec {
 public:
  explicit Inflate(int window_bits) {
    if (::inflateInit2(&z_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Inflate() override { ::inflateEnd(&z_); }

  void start(std::string_view input) override {
    ::inflateReset(&z_);
    input_ = input;
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    const uInt given = at_most<uInt>(input_.size() - consumed_);
    // zlib's interface is older than const.
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data() + consumed_));
    z_.avail_in = given;
    z_.next_out = reinterpret_cast<Bytef*>(out_.data());
    z_.avail_out = static_cast<uInt>(out_.size());
    const int code = ::inflate(&z_, Z_NO_FLUSH);
    consumed_ += given - z_.avail_in;
    piece = {out_.data(), out_.size() - z_.avail_out};
    switch (code) {
      case Z_STREAM_END:
        return Progress::end;
      case Z_OK:
        return Progress::more;
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      case Z_BUF_ERROR:
        return fail(cut);
      case Z_NEED_DICT:
        return fail("it needs a dictionary", Progress::unsupported);
      default:
        return fail(z_.msg ? z_.msg : "no deflate stream");
    }
  }

 private:
  z_stream z_{};
  std::string_view input_;
  std::array<char, piece_size> out_;
};

class Bunzip2 final : public Codec {
 public:
  ~Bunzip2() override { close(); }

  void start(std::string_view input) override {
    close();
    z_ = {};
    if (::BZ2_bzDecompressInit(&z_, 0, 0) != BZ_OK) throw std::bad_alloc();
    open_ = true;
    input_ = input;
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    const auto given = at_most<unsigned>(input_.size() - consumed_);
    z_.next_in = const_cast<char*>(input_.data() + consumed_);
    z_.avail_in = given;
    z_.next_out = out_.data();
    z_.avail_out = static_cast<unsigned>(out_.size());
    const int code = ::BZ2_bzDecompress(&z_);
    consumed_ += given - z_.avail_in;
    piece = {out_.data(), out_.size() - z_.avail_out};
    if (code == BZ_STREAM_END) return Progress::end;
    if (code == BZ_MEM_ERROR) throw std::bad_alloc();
    if (code != BZ_OK) return fail(code == BZ_DATA_ERROR_MAGIC ? "no bzip2 stream" : "wrong data or checksum");
    return piece.empty() && consumed_ == input_.size() ? fail(cut) : Progress::more;
  }

 private:
  void close() {
    if (open_) ::BZ2_bzDecompressEnd(&z_);
    open_ = false;
  }
  bz_stream z_{};
  bool open_ = false;
  std::string_view input_;
  std::array<char, piece_size> out_;
};

// The three containers of liblzma, one stream of them.
class Lzma final : public Codec {
 public:
  explicit Lzma(Compression kind) : kind_(kind) {}
  ~Lzma() override { ::lzma_end(&z_); }

  void start(std::string_view input) override {
    const lzma_ret code = kind_ == Compression::xz     ? ::lzma_stream_decoder(&z_, most_memory, 0)
                          : kind_ == Compression::lzip ? ::lzma_lzip_decoder(&z_, most_memory, 0)
                                                       : ::lzma_alone_decoder(&z_, most_memory);
    if (code != LZMA_OK) throw std::bad_alloc();
    z_.next_in = reinterpret_cast<const uint8_t*>(input.data());
    z_.avail_in = input.size();
    all_ = input.size();
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    z_.next_out = reinterpret_cast<uint8_t*>(out_.data());
    z_.avail_out = out_.size();
    const lzma_ret code = ::lzma_code(&z_, LZMA_RUN);
    consumed_ = all_ - z_.avail_in;
    piece = {out_.data(), out_.size() - z_.avail_out};
    switch (code) {
      case LZMA_STREAM_END:
        return Progress::end;
      case LZMA_OK:
      case LZMA_NO_CHECK:
      case LZMA_UNSUPPORTED_CHECK:
      case LZMA_GET_CHECK:
        return Progress::more;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        return fail(too_large, Progress::too_large);
      case LZMA_OPTIONS_ERROR:
        return fail("options that liblzma does not know", Progress::unsupported);
      case LZMA_BUF_ERROR:
        return fail(cut);
      case LZMA_FORMAT_ERROR:
      case LZMA_DATA_ERROR:
      case LZMA_PROG_ERROR:
      case LZMA_SEEK_NEEDED:
      case LZMA_RET_INTERNAL1:
      case LZMA_RET_INTERNAL2:
      case LZMA_RET_INTERNAL3:
      case LZMA_RET_INTERNAL4:
      case LZMA_RET_INTERNAL5:
      case LZMA_RET_INTERNAL6:
      case LZMA_RET_INTERNAL7:
      case LZMA_RET_INTERNAL8:
        break;
    }
    return fail("wrong data or checksum");
  }

 private:
  Compression kind_;
  lzma_stream z_ = LZMA_STREAM_INIT;
  size_t all_ = 0;
  std::array<char, piece_size> out_;
};

// One frame, also one that is to be skipped.
class Zstd final : public Codec {
 public:
  Zstd() : z_(::ZSTD_createDStream(), ::ZSTD_freeDStream) {
    if (!z_) throw std::bad_alloc();
    ::ZSTD_DCtx_setParameter(z_.get(), ZSTD_d_windowLogMax, largest_zstd_window);
  }
  void start(std::string_view input) override {
    ::ZSTD_DCtx_reset(z_.get(), ZSTD_reset_session_only);
    input_ = {input.data(), input.size(), 0};
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    const size_t code = ::ZSTD_decompressStream(z_.get(), &out, &input_);
    const bool stuck = out.pos == 0 && input_.pos == consumed_;
    consumed_ = input_.pos;
    piece = {out_.data(), out.pos};
    if (::ZSTD_isError(code)) return judged(::ZSTD_getErrorName(code));
    if (code == 0) return Progress::end;
    return stuck ? fail(cut) : Progress::more;
  }

 private:
  Progress judged(std::string_view error) {  // the codes themselves are not part of zstd's stable interface
    if (error.find("memory") == error.npos) return fail(error.data());
    if (error.find("Allocation") != error.npos) throw std::bad_alloc();
    return fail(too_large, Progress::too_large);
  }
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> z_;
  ZSTD_inBuffer input_{};
  std::array<char, piece_size> out_;
};

class Lz4 final : public Codec {
 public:
  Lz4() {
    if (::LZ4F_isError(::LZ4F_createDecompressionContext(&z_, LZ4F_VERSION))) throw std::bad_alloc();
  }
  ~Lz4() override { ::LZ4F_freeDecompressionContext(z_); }
  void start(std::string_view input) override {
    ::LZ4F_resetDecompressionContext(z_);
    input_ = input;
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    size_t taken = input_.size() - consumed_, made = out_.size();
    const size_t code = ::LZ4F_decompress(z_, out_.data(), &made, input_.data() + consumed_, &taken, nullptr);
    piece = {};
    if (::LZ4F_isError(code)) return fail(::LZ4F_getErrorName(code));
    consumed_ += taken;
    piece = {out_.data(), made};
    if (code == 0) return Progress::end;
    return taken == 0 && made == 0 ? fail(cut) : Progress::more;
  }

 private:
  LZ4F_dctx* z_ = nullptr;
  std::string_view input_;
  std::array<char, piece_size> out_;
};

// The format before frames: blocks of up to 8 MiB, each behind its length, to the end of the file.
class Lz4Legacy final : public Codec {
 public:
  void start(std::string_view input) override {
    input_ = input;
    consumed_ = std::min<size_t>(4, input.size());  // the signature
    out_.resize(8u << 20);
  }
  Progress next(std::string_view& piece) override {
    piece = {};
    const std::string_view rest = input_.substr(std::min(consumed_, input_.size()));
    if (rest.empty()) return Progress::end;
    if (rest.size() < 4) return fail(cut);
    uint32_t length = 0;
    for (unsigned i = 4; i-- > 0;) length = length << 8 | static_cast<unsigned char>(rest[i]);
    if (length > static_cast<uint32_t>(::LZ4_compressBound(static_cast<int>(out_.size())))) return Progress::end;
    if (rest.size() - 4 < length) return fail(cut);
    const int made =
        ::LZ4_decompress_safe(rest.data() + 4, out_.data(), static_cast<int>(length), static_cast<int>(out_.size()));
    if (made < 0) return fail("wrong data");
    consumed_ += 4 + length;
    piece = {out_.data(), static_cast<size_t>(made)};
    return Progress::more;
  }

 private:
  std::string_view input_;
  std::vector<char> out_;
};

class Brotli final : public Codec {
 public:
  void start(std::string_view input) override {
    z_.reset(::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    if (!z_) throw std::bad_alloc();
    input_ = input;
    consumed_ = 0;
  }
  Progress next(std::string_view& piece) override {
    size_t left = input_.size() - consumed_, room = out_.size();
    const auto* in = reinterpret_cast<const uint8_t*>(input_.data() + consumed_);
    auto* out = reinterpret_cast<uint8_t*>(out_.data());
    const BrotliDecoderResult code = ::BrotliDecoderDecompressStream(z_.get(), &left, &in, &room, &out, nullptr);
    consumed_ = input_.size() - left;
    piece = {out_.data(), out_.size() - room};
    switch (code) {
      case BROTLI_DECODER_RESULT_SUCCESS:
        return Progress::end;
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        return Progress::more;
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
        return fail(cut);
      case BROTLI_DECODER_RESULT_ERROR:
        break;
    }
    return fail(::BrotliDecoderErrorString(::BrotliDecoderGetErrorCode(z_.get())));
  }

 private:
  std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> z_{nullptr, ::BrotliDecoderDestroyInstance};
  std::string_view input_;
  std::array<char, piece_size> out_;
};

}  // namespace

const char* name(Compression compression) {
  switch (compression) {
    case Compression::deflate:
      return "deflate";
    case Compression::deflate64:
      return "deflate64";
    case Compression::gzip:
      return "gzip";
    case Compression::bzip2:
      return "bzip2";
    case Compression::xz:
      return "xz";
    case Compression::lzma:
      return "lzma";
    case Compression::lzip:
      return "lzip";
    case Compression::zstd:
      return "zstd";
    case Compression::lz4:
    case Compression::lz4_legacy:
      return "lz4";
    case Compression::lzop:
      return "lzop";
    case Compression::compress:
      return "compress";
    case Compression::brotli:
      return "brotli";
    case Compression::szdd:
      return "szdd";
    case Compression::zisofs:
      return "zisofs";
  }
  return "";
}

std::unique_ptr<Codec> make_codec(Compression compression) {
  constexpr int largest_window = MAX_WBITS, with_gzip_header = 16;
  switch (compression) {
    case Compression::deflate:
      return std::make_unique<Inflate>(-largest_window);
    case Compression::gzip:
      return std::make_unique<Inflate>(largest_window + with_gzip_header);
    case Compression::deflate64:
      return std::make_unique<Deflate64>();
    case Compression::bzip2:
      return std::make_unique<Bunzip2>();
    case Compression::xz:
    case Compression::lzma:
    case Compression::lzip:
      return std::make_unique<Lzma>(compression);
    case Compression::zstd:
      return std::make_unique<Zstd>();
    case Compression::lz4:
      return std::make_unique<Lz4>();
    case Compression::lz4_legacy:
      return std::make_unique<Lz4Legacy>();
    case Compression::lzop:
      return std::make_unique<Lzop>();
    case Compression::compress:
      return std::make_unique<Lzw>();
    case Compression::brotli:
      return std::make_unique<Brotli>();
    case Compression::szdd:
      return std::make_unique<Szdd>();
    case Compression::zisofs:
      return std::make_unique<Zisofs>();
  }
  return nullptr;
}

}  // namespace archive_plugin
