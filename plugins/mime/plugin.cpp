// SPDX-License-Identifier: MIT
// The MIME decoder: the structure that parser.h finds becomes the host's children, raw ones as slices of the mail.
#include <postern/support/encoded_words.h>
#include <postern/plugin.hpp>

#include <vector>

#include "content.h"
#include "hidden_text.h"
#include "parser.h"

namespace {

namespace mime = postern::mime;
using postern::Child, postern::ChildInfo, postern::Config, postern::Error, postern::Job;

const char* name_of(mime::Encoding encoding) {
  switch (encoding) {
    case mime::Encoding::identity:
      return "";
    case mime::Encoding::base64:
      return "base64";
    case mime::Encoding::quoted_printable:
      return "quoted-printable";
    case mime::Encoding::uuencode:
      return "x-uuencode";
  }
  return "";
}

// One mail on its way from the parser to the host.
class Handover {
 public:
  Handover(Job& job, const postern::Part& mail, const mime::Message& message)
      : job_(job), mail_(mail.handle()), text_(mail.text()), message_(message) {}

  void run() {
    try {
      for (const mime::Part& part : message_.parts) handles_.push_back(add(part));
    } catch (const Error&) {
      report();  // the host's quota or a deadline: what is known is still said
      throw;
    }
    report();
  }

 private:
  postern_part add(const mime::Part& part) {
    Child child = job_.open(describe(part));
    const std::string_view raw = message_.raw(part, text_);
    if (part.encoding == mime::Encoding::identity) {
      child.slice(offset_in_parent(part), part.length);
      const postern_part handle = close(child, part);
      if (!part.is_container) add_hidden_text(part, raw);
      return handle;
    }
    const mime::Decoding decoding = mime::decode(part.encoding, raw, writer(child));
    const postern_part handle = close(child, part);
    for (const mime::Defect& d : decoding.defects) job_.finding(d.category, d.code, handle, d.text);
    if (decoding.second) add_second_reading(part, raw, may_be_sloppy(part) ? mime::OtherReading() : *decoding.second);
    if (decoding.raw && !is_shown_raw(part)) add_raw_reading(part, *decoding.raw);
    if (!part.is_container) add_hidden_text(part, raw);
    return handle;
  }

  ChildInfo describe(const mime::Part& part) const {
    ChildInfo info;
    info.parent = parent(part);
    if (!part.names.empty()) info.name = part.names.front();
    info.mime_type = part.type;
    info.encoding =
        part.encoding == mime::Encoding::identity ? std::string_view(part.encoding_token) : name_of(part.encoding);
    info.role = part.role;
    info.offset = offset_in_parent(part);
    info.length = part.length;
    if (part.is_container) info.flags |= POSTERN_PART_CONTAINER;
    if (part.is_encrypted) info.flags |= POSTERN_PART_ENCRYPTED;
    return info;
  }

  // Of a multipart it is a leaf: its parts are those of the first reading.
  ChildInfo describe_reading(const mime::Part& part) const {
    ChildInfo info = describe(part);
    info.role = "reading";
    info.flags &= ~uint32_t{POSTERN_PART_CONTAINER};
    return info;
  }

  postern_part parent(const mime::Part& part) const {
    return part.parent == mime::Part::message ? mail_ : handles_[part.parent];
  }

  uint64_t offset_in_parent(const mime::Part& part) const {
    if (part.parent == mime::Part::message) return part.offset;
    const mime::Part& parent = message_.parts[part.parent];
    return parent.source == part.source ? part.offset - parent.offset : part.offset;
  }

  mime::Writer writer(Child& child) {
    return [this, &child](std::string_view piece) {
      if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left while decoding a part");
      child.write(piece);
    };
  }

  postern_part close(Child& child, const mime::Part& part) {
    const postern_part handle = child.close();
    for (size_t i = 1; i < part.names.size(); ++i) job_.note("part.name", part.names[i], handle);
    return handle;
  }

  // Programs that forget to encode the equals signs of a text are common, and what two readers see differs by these; in
  // a file no program would forget them. A reading may be of what is no quoted-printable at all, and is marked itself.
  static bool may_be_sloppy(const mime::Part& part) {
    return part.encoding == mime::Encoding::quoted_printable &&
           (part.type.starts_with("text/") || part.role == "reading");
  }

  // What a reader sees who does something else with the damage.
  void add_second_reading(const mime::Part& part, std::string_view raw, const mime::OtherReading& reading) {
    Child child = job_.open(describe_reading(part));
    mime::decode(part.encoding, raw, writer(child), mime::Damage::second_reading);
    mark(close(child, part), reading);
  }

  // The text as its reader sees it, where its bytes show something else.
  void add_hidden_text(const mime::Part& part, std::string_view raw) {
    if (!part.type.starts_with("text/")) return;
    std::string decoded;
    const auto collect = [&](std::string_view piece) { decoded += piece; };
    mime::decode(part.encoding, raw.substr(0, 64), collect);
    if (!mime::may_hide_text(part.charset, decoded)) return;
    decoded.clear();
    mime::decode(part.encoding, raw, collect);
    const auto text = mime::hidden_text(decoded, part.charset);
    if (!text) return;
    ChildInfo info = describe(part);
    info.role = "text";
    Child child = job_.open(info);
    writer(child)(*text);
    close(child, part);
  }

  // The readings of a part follow it. Files in uuencode are found for sure in what is declared as text.
  bool is_shown_raw(const mime::Part& part) const {
    if (part.encoding == mime::Encoding::uuencode) return false;
    for (const mime::Part* next = &part + 1; next < message_.parts.data() + message_.parts.size(); ++next) {
      if (next->role != "reading" || next->source != part.source || next->offset != part.offset) return false;
      if (next->encoding == mime::Encoding::identity && next->length == part.length) return true;
    }
    return false;
  }

  // A text, whatever it is once it is decoded: so files that stand in it are found.
  void add_raw_reading(const mime::Part& part, const mime::OtherReading& reading) {
    ChildInfo info = describe_reading(part);
    info.encoding = {};
    if (!part.type.starts_with("text/")) info.mime_type = "text/plain";
    Child child = job_.open(info);
    child.slice(info.offset, info.length);
    mark(close(child, part), reading);
  }

  void mark(postern_part part, const mime::OtherReading& reading) {
    if (!reading.code.empty()) job_.finding(POSTERN_CAT_AMBIGUOUS, reading.code, part, reading.text);
  }

  void report() {
    for (const mime::PartDefect& d : message_.defects)
      job_.finding(d.category, d.code, d.part < handles_.size() ? handles_[d.part] : mail_, d.text);
    if (!message_.complete) job_.partial();
  }

  Job& job_;
  postern_part mail_;
  std::string_view text_;
  const mime::Message& message_;
  std::vector<postern_part> handles_;  // of message_.parts
};

class Mime {
 public:
  static constexpr postern_option options[] = {
      postern::option("max-depth", POSTERN_T_INT, "100",
                      "multiparts within multiparts; what is deeper stays in one piece", 1, 1000),
      postern::option("max-parts", POSTERN_T_INT, "10000", "parts told apart; the rest stays in one piece", 1,
                      1000000)};
  static constexpr const char* accepts[] = {"message/rfc822", "message/global", "message/news", nullptr};

  explicit Mime(const Config& config) {
    limits_.depth = static_cast<size_t>(config.number("max-depth"));
    limits_.parts = static_cast<size_t>(config.number("max-parts"));
    // Opened here, where there still are files, so that iconv has their modules when it has none.
    for (const char* name :
         {"windows-1252", "iso-8859-2",   "iso-8859-5",   "iso-8859-7", "iso-8859-9", "iso-8859-15", "windows-1250",
          "windows-1251", "windows-1254", "windows-1256", "koi8-r",     "koi8-u",     "iso-2022-jp", "shift_jis",
          "euc-jp",       "gb2312",       "gbk",          "gb18030",    "big5",       "euc-kr",      "utf-7",
          "utf-16",       "utf-32",       "iso-2022-kr",  "iso-2022-cn"})
      charsets_.emplace_back(name);
  }

  void decode(Job& job, const postern::Part& mail) {
    const mime::Message message = mime::parse(mail.text(), limits_);
    Handover(job, mail, message).run();
  }

 private:
  mime::Limits limits_;
  std::vector<postern::support::Charset> charsets_;
};

}  // namespace

POSTERN_PLUGIN(Mime, "org.postern.mime", "MIME", "1.0", "Postern", "MIT", "")
