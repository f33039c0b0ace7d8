// SPDX-License-Identifier: MIT
// The decoder for files that stand in text, and for Macintosh files: what find.h and apple_file.h find becomes
// children.
#include <postern/plugin.hpp>

#include <functional>
#include <unordered_set>

#include "apple_file.h"
#include "binhex.h"
#include "find.h"
#include "html_text.h"
#include "pgp.h"
#include "uuencode.h"
#include "yenc.h"

#include <postern/support/transfer_encodings.h>

namespace {

namespace encoded = postern::encoded;
using encoded::Block, encoded::Kind;
using postern::Child, postern::ChildInfo, postern::Config, postern::Error, postern::Job, postern::Part;

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::uuencode:
      return "x-uuencode";
    case Kind::xxencode:
      return "x-xxencode";
    case Kind::base64:
    case Kind::bare_base64:
      return "base64";
    case Kind::yenc:
      return "x-yenc";
    case Kind::binhex:
      return "x-binhex";
  }
  return "";
}

constexpr const char* pgp_message = "application/x-pgp-message";

// One text on its way to the host.
class Text {
 public:
  Text(Job& job, const Part& part) : job_(job), part_(part) {}

  void open(std::string_view text, const std::vector<Block>& blocks, bool is_copy) {
    for (const Block& block : blocks) {
      const std::string_view data = text.substr(block.offset, block.length);
      if (block.kind != Kind::binhex)
        add(block, data);
      else if (!is_copy)
        add_binhex(data, block);
    }
  }

  // Each is asked about as a part of its own.
  void open_pgp(std::string_view text) {
    for (const std::string& message : encoded::armored_pgp_messages(text)) {
      if (!is_new(message)) continue;
      ChildInfo info;
      info.parent = part_.handle();
      info.mime_type = pgp_message;
      info.encoding = "base64";
      Child child = job_.open(info);
      write(child, message);
      job_.finding(POSTERN_CAT_INFO, "encoded-file", child.close(), "OpenPGP armor");
    }
  }

 private:
  class BinHexChildren final : public encoded::BinHexWriter {
   public:
    BinHexChildren(Text& text, const Block& block) : text_(text), block_(block) {}
    void begin(std::string_view name, bool is_resource_fork) override {
      child_.emplace(text_.open_child(block_.kind, name, is_resource_fork ? "resource-fork" : ""));
    }
    void write(std::string_view piece) override { text_.write(*child_, piece); }
    void end(bool is_whole) override { text_.close(*child_, block_, !is_whole); }

   private:
    Text& text_;
    const Block& block_;
    std::optional<Child> child_;
  };

  void add(const Block& block, std::string_view data) {
    const bool is_uu = block.kind == Kind::uuencode || block.kind == Kind::xxencode;
    if (!is_uu) {
      const std::string bytes =
          block.kind == Kind::yenc ? encoded::decode_yenc(data) : postern::support::decode_base64(data);
      if (is_new(bytes)) add(block, bytes, "", false);
      return;
    }
    const auto alphabet = block.kind == Kind::uuencode ? encoded::Alphabet::uu : encoded::Alphabet::xx;
    const encoded::UuText text = encoded::decode_uu(data, alphabet, encoded::Believe::number);
    if (!is_new(text.bytes)) return;
    add(block, text.bytes, "", text.bad_lines);
    if (!text.numbers_differ) return;
    const postern_part reading =
        add(block, encoded::decode_uu(data, alphabet, encoded::Believe::line).bytes, "reading", false);
    job_.finding(POSTERN_CAT_AMBIGUOUS, "encoded-line-lengths", reading,
                 "lines hold more or less than the number in front of them says");
  }

  postern_part add(const Block& block, std::string_view bytes, std::string_view role, bool is_damaged) {
    Child child = open_child(block.kind, block.name, role);
    constexpr size_t piece_size = 256 * 1024;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_size, bytes.size())))
      write(child, bytes.substr(0, piece_size));
    return close(child, block, is_damaged);
  }

  void add_binhex(std::string_view data, const Block& block) {
    BinHexChildren children(*this, block);
    if (!encoded::decode_binhex(data, children))
      job_.finding(POSTERN_CAT_MALFORMED, "encoded-damaged", part_.handle(), "BinHex without header");
  }

  Child open_child(Kind kind, std::string_view name, std::string_view role) {
    ChildInfo info;
    info.parent = part_.handle();
    info.name = name;
    info.encoding = name_of(kind);
    info.role = role;
    return job_.open(info);
  }
  void write(Child& child, std::string_view piece) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left while decoding text");
    child.write(piece);
  }
  postern_part close(Child& child, const Block& block, bool is_damaged) {
    const postern_part part = child.close();
    job_.finding(POSTERN_CAT_INFO, "encoded-file", part, name_of(block.kind));
    if (!block.has_end) job_.finding(POSTERN_CAT_MALFORMED, "encoded-no-end", part, "its last line is missing");
    if (is_damaged) job_.finding(POSTERN_CAT_MALFORMED, "encoded-damaged", part, "not all of it is data");
    return part;
  }

  // HTML is looked at twice, as it stands and as it is shown.
  bool is_new(std::string_view bytes) { return seen_.insert(std::hash<std::string_view>()(bytes)).second; }

  Job& job_;
  const Part& part_;
  std::unordered_set<size_t> seen_;
};

bool is_apple_file(const Part& part) {
  return part.detected() == "application/applefile" || part.mime_type() == "application/applefile";
}

bool is_html(const Part& part) {
  return part.detected() == "text/html" || part.mime_type() == "text/html";
}

bool is_type(const Part& part, std::string_view beginning) {
  return part.detected().starts_with(beginning) || part.mime_type().starts_with(beginning);
}
bool may_be_text(const Part& part) {
  return is_type(part, "text/") || is_type(part, "application/mac-binhex") || is_type(part, "application/pgp-");
}

// What a part is called, when it is one of OpenPGP.
bool is_declared_pgp(const Part& part) {
  const std::string name = postern::support::lower(part.name());
  return is_type(part, "application/pgp-encrypted") || is_type(part, pgp_message) || name.ends_with(".gpg") ||
         name.ends_with(".pgp") || name.ends_with(".asc");
}

class Encoded {
 public:
  static constexpr const char* accepts[] = {"text/",
                                            "application/mac-binhex40",
                                            "application/mac-binhex",
                                            "application/applefile",
                                            pgp_message,
                                            "application/pgp-encrypted",
                                            "application/pgp-signature",
                                            "application/pgp-keys",
                                            "application/octet-stream",
                                            nullptr};
  explicit Encoded(const Config&) {}

  // Low: whoever else knows the part knows it better.
  int probe(Job&, const Part& part) {
    if (part.size() == 0) return 0;
    if (is_apple_file(part)) return encoded::read_apple_file(part.text()) ? 50 : 0;
    const std::string_view text = part.text();
    if (encoded::pgp_content(text, is_declared_pgp(part)) != encoded::PgpContent::none) return 10;
    if (!may_be_text(part)) return 0;
    if (has_files(text)) return 10;
    return is_html(part) && has_files(encoded::html_text(text)) ? 10 : 0;
  }

  void decode(Job& job, const Part& part) {
    if (is_apple_file(part)) return decode_apple_file(job, part);
    const std::string_view text = part.text();
    tell_pgp(job, part);
    if (!may_be_text(part)) return;
    Text to(job, part);
    to.open(text, encoded::find_blocks(text), false);
    to.open_pgp(text);
    if (!is_html(part)) return;
    const std::string shown = encoded::html_text(text);
    to.open(shown, encoded::find_blocks(shown), true);
    to.open_pgp(shown);
  }

 private:
  static bool has_files(std::string_view text) {
    return !encoded::find_blocks(text).empty() || !encoded::armored_pgp_messages(text).empty();
  }

  static void tell_pgp(Job& job, const Part& part) {
    switch (encoded::pgp_content(part.text(), is_declared_pgp(part))) {
      case encoded::PgpContent::none:
        return;
      case encoded::PgpContent::encrypted:
        return job.finding(POSTERN_CAT_ENCRYPTED, "encoded-pgp-encrypted", part.handle(), "an OpenPGP message");
      case encoded::PgpContent::compressed:
        return job.finding(POSTERN_CAT_UNSUPPORTED, "encoded-pgp-compressed", part.handle(),
                           "an OpenPGP message that is not encrypted, and was not inflated");
    }
  }

  static void decode_apple_file(Job& job, const Part& part) {
    const auto file = encoded::read_apple_file(part.text());
    if (!file) return;
    for (const encoded::Fork& fork : file->forks) {
      ChildInfo info;
      info.parent = part.handle();
      info.name = file->name;
      info.role = fork.is_resource ? "resource-fork" : "";
      info.offset = fork.offset;
      info.length = fork.length;
      Child child = job.open(info);
      child.slice(fork.offset, fork.length);
      child.close();
    }
    if (file->is_damaged)
      job.finding(POSTERN_CAT_MALFORMED, "apple-file-damaged", part.handle(), "an entry reaches beyond the end");
    if (!file->has_more) return;
    job.finding(POSTERN_CAT_LIMIT, "apple-file-many-forks", part.handle(), "more forks than are read");
    job.partial();
  }
};

}  // namespace

POSTERN_PLUGIN(Encoded, "org.postern.encoded", "Files in text", "1.0", "Postern", "MIT", "")
