// SPDX-License-Identifier: MIT
// The decoder for S/MIME's cryptographic messages: what is only signed or compressed becomes a child, what is encrypted
// is said to be.
#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>
#include <zlib.h>
#include <postern/plugin.hpp>

#include <algorithm>
#include <functional>
#include <optional>

#include "message.h"

namespace {

namespace pkcs7 = postern::pkcs7;
namespace s = postern::support;
using postern::Child, postern::ChildInfo, postern::Config, postern::Error, postern::Job, postern::Part;

// The bytes of a message: as they are, or out of the base64 that many programs write into files.
class Bytes {
 public:
  explicit Bytes(std::string_view text, size_t most = std::string_view::npos) : text_(text) {
    if (text.starts_with('\x30')) return;
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
    if (text.starts_with("-----BEGIN ")) text.remove_prefix(s::line_at(text, 0).size());
    // 0x30 and a length, which is not how programs for DOS begin.
    if (text.size() < 2 || text[0] != 'M' || text[1] < 'A' || text[1] > 'I') return;
    is_decoded_ = true;
    decoded_ = s::decode_base64(text.substr(0, std::min(most, text.find("-----END "))));
  }
  std::string_view all() const { return is_decoded_ ? std::string_view(decoded_) : text_; }

 private:
  std::string_view text_;
  std::string decoded_;
  bool is_decoded_ = false;
};

// Signed mail is a MIME entity, header and all; other signed files are what they are.
bool begins_like_an_entity(std::string_view bytes) {
  const auto first = s::HeaderReader(bytes.substr(0, 4096)).next();
  return first && first->is_field() && std::all_of(first->name.begin(), first->name.end(), [](char c) {
           return s::is_digit(c) || c == '-' || (s::lower(c) >= 'a' && s::lower(c) <= 'z');
         });
}

class Inflater {
 public:
  Inflater() {
    if (::inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream_); }

  template <class Take>
  void inflate(std::string_view in, Take take) {
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib's signature; it does not write there
    stream_.avail_in = static_cast<uInt>(in.size());
    do {
      if (state_ != Z_OK) return;
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_);
      stream_.avail_out = sizeof buffer_;
      state_ = ::inflate(&stream_, Z_NO_FLUSH);
      if (state_ == Z_BUF_ERROR) state_ = Z_OK;  // needs more
      if (const size_t n = sizeof buffer_ - stream_.avail_out; n > 0) take(std::string_view(buffer_, n));
    } while (stream_.avail_out == 0);
  }
  bool is_whole() const { return state_ == Z_STREAM_END; }

 private:
  z_stream stream_{};
  int state_ = Z_OK;
  char buffer_[64 * 1024];
};

// Opened with the first bytes, by which its type is known.
class Content {
 public:
  Content(Job& job, const Part& part, std::string_view encoding) : job_(job), part_(part), encoding_(encoding) {}
  void take(std::string_view piece) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left while copying the content");
    if (!child_) open(piece);
    child_->write(piece);
  }
  void close() {
    if (child_) child_->close();
  }

 private:
  void open(std::string_view first) {
    ChildInfo info;
    info.parent = part_.handle();
    info.encoding = encoding_;
    if (begins_like_an_entity(first)) info.mime_type = "message/rfc822";
    child_.emplace(job_.open(info));
  }

  Job& job_;
  const Part& part_;
  std::string_view encoding_;
  std::optional<Child> child_;
};

// Short pieces are gathered: a mail may be cut into millions of them.
class Gathered {
 public:
  explicit Gathered(std::function<void(std::string_view)> take) : take_(std::move(take)) {}
  void add(std::string_view piece) {
    if (gathered_.empty() && piece.size() >= enough) return take_pieces(piece);
    gathered_ += piece.substr(0, enough);
    if (piece.size() > enough) flush(), take_pieces(piece.substr(enough));
    if (gathered_.size() >= enough) flush();
  }
  void flush() {
    if (!gathered_.empty()) take_(gathered_);
    gathered_.clear();
  }

 private:
  static constexpr size_t enough = 64 * 1024;
  void take_pieces(std::string_view piece) {
    for (; !piece.empty(); piece.remove_prefix(std::min(enough, piece.size()))) take_(piece.substr(0, enough));
  }

  std::function<void(std::string_view)> take_;
  std::string gathered_;
};

class Pkcs7 {
 public:
  static constexpr const char* accepts[] = {"application/pkcs7-mime",      "application/x-pkcs7-mime",
                                            "application/pkcs7-signature", "application/x-pkcs7-signature",
                                            "application/octet-stream",    nullptr};
  explicit Pkcs7(const Config&) {}

  int probe(Job&, const Part& part) {
    if (part.size() == 0) return 0;
    constexpr size_t enough = 8 * 1024;  // for the type, not for the content
    return pkcs7::read_message(Bytes(part.text(), enough).all()) ? 60 : 0;
  }

  void decode(Job& job, const Part& part) {
    const Bytes bytes(part.text());
    const auto message = pkcs7::read_message(bytes.all());
    if (!message) return;
    if (message->kind == pkcs7::Kind::encrypted)
      return job.finding(POSTERN_CAT_ENCRYPTED, "pkcs7-encrypted", part.handle(), "enveloped or encrypted data");
    bool is_whole = !message->is_damaged;
    if (message->content)
      is_whole = message->kind == pkcs7::Kind::compressed ? inflate(job, part, bytes.all(), *message->content)
                                                          : copy(job, part, bytes.all(), *message->content);
    if (is_whole) return;
    job.finding(POSTERN_CAT_MALFORMED, "pkcs7-damaged", part.handle(), "not all of the content could be read");
    if (message->content) job.partial();  // otherwise nothing is there that could have been examined
  }

 private:
  static bool copy(Job& job, const Part& part, std::string_view bytes, const pkcs7::Element& string) {
    Content content(job, part, "");
    Gathered gathered([&](std::string_view piece) { content.take(piece); });
    const bool is_whole = pkcs7::octets(bytes, string, [&](std::string_view piece) { gathered.add(piece); });
    gathered.flush();
    content.close();
    return is_whole;
  }

  static bool inflate(Job& job, const Part& part, std::string_view bytes, const pkcs7::Element& string) {
    Content content(job, part, "deflate");
    Inflater inflater;
    const auto take = [&](std::string_view piece) { content.take(piece); };
    Gathered gathered([&](std::string_view piece) { inflater.inflate(piece, take); });
    const bool is_whole = pkcs7::octets(bytes, string, [&](std::string_view piece) { gathered.add(piece); });
    gathered.flush();
    content.close();
    return is_whole && inflater.is_whole();
  }
};

}  // namespace

POSTERN_PLUGIN(Pkcs7, "org.postern.pkcs7", "S/MIME messages", "1.0", "Postern", "MIT", "")
