// SPDX-License-Identifier: MIT
// Any bytes as a text with files in it, as HTML, as BinHex, as a Macintosh file: no crash, blocks in order inside the text,
// and no more decoded bytes than there can be.
#include <cstdint>
#include <cstdlib>

#include "apple_file.h"
#include "binhex.h"
#include "find.h"
#include "html_text.h"
#include "pgp.h"
#include "uuencode.h"
#include "yenc.h"

namespace {

namespace encoded = postern::encoded;

void must(bool truth) {
  if (!truth) std::abort();
}

void find(std::string_view text) {
  std::size_t at = 0;
  for (const encoded::Block& block : encoded::find_blocks(text)) {
    must(block.offset >= at && block.offset <= text.size() && block.length <= text.size() - block.offset);
    at = block.offset + block.length;
  }
}

class Counting final : public encoded::BinHexWriter {
 public:
  void begin(std::string_view name, bool) override {
    must(!name.empty() && name.size() <= 63 && !is_open_);
    is_open_ = true;
  }
  void write(std::string_view piece) override {
    must(is_open_);
    written += piece.size();
  }
  void end(bool) override {
    must(is_open_);
    is_open_ = false;
  }
  std::size_t written = 0;

 private:
  bool is_open_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  find(text);
  const std::string shown = encoded::html_text(text);
  must(shown.size() <= text.size());
  find(shown);
  for (const auto alphabet : {encoded::Alphabet::uu, encoded::Alphabet::xx})
    for (const auto believe : {encoded::Believe::number, encoded::Believe::line})
      must(encoded::decode_uu(text, alphabet, believe).bytes.size() <= 63 * (size + 1));
  for (const bool is_declared : {false, true}) (void)encoded::pgp_content(text, is_declared);
  std::size_t armored = 0;
  for (const std::string& message : encoded::armored_pgp_messages(text)) armored += message.size();
  must(armored <= size);
  must(encoded::decode_yenc(text).size() <= size);
  Counting counting;
  encoded::decode_binhex(text, counting);
  must(counting.written <= 255 * (size + 1));
  if (const auto file = encoded::read_apple_file(text))
    for (const encoded::Fork& fork : file->forks) must(fork.offset <= size && fork.length <= size - fork.offset);
  return 0;
}
