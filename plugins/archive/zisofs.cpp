// SPDX-License-Identifier: MIT
#include "zisofs.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "bytes.h"

namespace archive_plugin {
namespace {

constexpr uint64_t size_at = 8, head_size_at = 12, block_size_at = 13, least_head = 16;
constexpr uint64_t smallest_block = 12, largest_block = 20;  // as powers of two; Linux takes 15 to 17

}  // namespace

void Zisofs::start(std::string_view input) {
  input_ = input;
  consumed_ = 0;
  nth_ = 0;
  left_ = little32(input, size_at);
  head_ = little(input, head_size_at, 1) * 4;
  block_ = little(input, block_size_at, 1);
}

Progress Zisofs::next(std::string_view& piece) {
  piece = {};
  if (!holds(input_, 0, least_head)) return fail("its header ends too early");
  if (nth_ == 0 && (head_ < least_head || block_ < smallest_block || block_ > largest_block))
    return fail("a header that zisofs does not have", Progress::unsupported);
  const uint64_t pointer = head_ + nth_ * 4;
  if (!holds(input_, pointer, left_ > 0 ? 8 : 4)) return fail("its table ends too early");
  const uint64_t begin = little32(input_, pointer);
  if (left_ == 0) {
    if (nth_ == 0) consumed_ = static_cast<size_t>(head_ + 4);
    return Progress::end;
  }
  const uint64_t end = little32(input_, pointer + 4), size = std::min(left_, uint64_t{1} << block_);
  if (end < begin || begin < head_) return fail("a block that ends before it begins");
  if (!holds(input_, begin, end - begin)) return fail("it ends too early");
  out_.assign(static_cast<size_t>(size), '\0');
  if (end > begin) {
    uLongf made = static_cast<uLongf>(size);
    const int code =
        ::uncompress(reinterpret_cast<Bytef*>(out_.data()), &made,
                     reinterpret_cast<const Bytef*>(input_.data()) + begin, static_cast<uLong>(end - begin));
    piece = std::string_view(out_).substr(0, made);
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code != Z_OK || made != size) return fail("wrong data");
  }
  piece = out_;
  consumed_ = std::max(consumed_, static_cast<size_t>(std::max(end, pointer + 8)));
  left_ -= size;
  ++nth_;
  return Progress::more;
}

}  // namespace archive_plugin
