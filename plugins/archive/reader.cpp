// SPDX-License-Identifier: MIT
#include "reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <stdexcept>

namespace archive_plugin {
namespace {

using namespace std::string_view_literals;

struct Stream {
  std::string_view signature;
  std::string_view type;  // where there is no signature
  std::string_view method;
  int filter;
};

constexpr Stream streams[] = {
    {"\x1f\x8b"sv, {}, "gzip", ARCHIVE_FILTER_GZIP},
    {"BZh"sv, {}, "bzip2", ARCHIVE_FILTER_BZIP2},
    {"\xfd"
     "7zXZ\0"sv,
     {},
     "xz",
     ARCHIVE_FILTER_XZ},
    {"\x28\xb5\x2f\xfd"sv, {}, "zstd", ARCHIVE_FILTER_ZSTD},
    {"\x04\x22\x4d\x18"sv, {}, "lz4", ARCHIVE_FILTER_LZ4},
    {"\x02\x21\x4c\x18"sv, {}, "lz4", ARCHIVE_FILTER_LZ4},  // its legacy frame
    {"\x1f\x9d"sv, {}, "compress", ARCHIVE_FILTER_COMPRESS},
    {"LZIP"sv, {}, "lzip", ARCHIVE_FILTER_LZIP},
    {"\xed\xab\xee\xdb"sv, {}, "rpm", ARCHIVE_FILTER_RPM},  // a head before a compressed cpio
    {{}, "application/x-lzma", "lzma", ARCHIVE_FILTER_LZMA},
};

const Stream* stream_of(std::string_view bytes, std::string_view type) {
  for (const Stream& s : streams)
    if (s.signature.empty() ? s.type == type : bytes.starts_with(s.signature)) return &s;
  return nullptr;
}

void must(int code, ::archive* a) {
  if (code >= ARCHIVE_WARN) return;
  if (archive_errno(a) == ENOMEM) throw std::bad_alloc();
  const char* reason = archive_error_string(a);
  throw std::runtime_error(std::string("libarchive: ") + (reason ? reason : "cannot be set up"));
}

// Exactly this layer: libarchive guesses nothing behind an appended filter. Its filter for compress(1) alone wants to
// see bytes before there are any and crashes when appended (3.6.2), so that one is guessed, and takes off .Z in .Z at
// once.
void take_off(::archive* a, const Stream& stream) {
  must(archive_read_support_format_raw(a), a);
  must(stream.filter == ARCHIVE_FILTER_COMPRESS ? archive_read_support_filter_compress(a)
                                                : archive_read_append_filter(a, stream.filter),
       a);
}

// A program with an archive behind it is looked at for few formats: the others find their marks in innocent programs
// too.
void choose_formats(::archive* a, bool self_extracting) {
  must(archive_read_support_filter_none(a), a);
  must(archive_read_support_format_zip(a), a);  // by its directory where there is one, else from the front
  must(archive_read_support_format_7zip(a), a);
  must(archive_read_support_format_rar(a), a);
  must(archive_read_support_format_rar5(a), a);
  if (self_extracting) return;
  must(archive_read_support_format_tar(a), a);
  must(archive_read_support_format_cpio(a), a);
  must(archive_read_support_format_ar(a), a);
  must(archive_read_support_format_cab(a), a);
  must(archive_read_support_format_iso9660(a), a);
  must(archive_read_support_format_lha(a), a);
}

// libarchive converts names to the locale of the calling thread and loses what that cannot say: in "C", all but ASCII.
// This changes it for one call and one thread; the process's locale stays as it is.
class Utf8Names {
 public:
  Utf8Names() : before_(uselocale(utf8())) {}
  ~Utf8Names() { uselocale(before_); }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;  // null: uselocale() changes nothing
  }
  locale_t before_;
};

// RFC 1952 2.3: the original file name, Latin-1, behind the fixed head and the extra field.
std::string gzip_name(std::string_view bytes) {
  constexpr size_t head = 10;
  constexpr unsigned extra = 4, name = 8;
  if (bytes.size() < head || !bytes.starts_with("\x1f\x8b")) return {};
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  size_t at = head;
  if (byte(3) & extra) {
    if (bytes.size() < head + 2) return {};
    at += 2u + byte(10) + byte(11) * 256u;
  }
  if (!(byte(3) & name) || at >= bytes.size()) return {};
  const std::string_view rest = bytes.substr(at);
  const size_t end = rest.find('\0');
  return end == rest.npos ? std::string() : std::string(rest.substr(0, end));
}

// "ZIP 2.0 (deflation)": libarchive tells a member's method nowhere else.
std::string method_of(::archive* a) {
  const char* told = archive_format_name(a);
  const std::string_view text = told ? told : "";
  const size_t open = text.find('('), close = text.rfind(')');
  if (!text.starts_with("ZIP") || open == text.npos || close == text.npos || close < open) return {};
  const std::string_view method = text.substr(open + 1, close - open - 1);
  if (method == "deflation") return "deflate";
  if (method == "uncompressed") return "stored";
  return std::string(method);
}

std::string text_or_empty(const char* text) {
  return text ? text : std::string();
}

std::string link_target(archive_entry* entry) {
  const std::string hard = text_or_empty(archive_entry_hardlink(entry));
  return hard.empty() ? text_or_empty(archive_entry_symlink(entry)) : hard;
}

std::string pathname(archive_entry* entry) {
  const std::string raw = text_or_empty(archive_entry_pathname(entry));
  return raw.empty() ? text_or_empty(archive_entry_pathname_utf8(entry)) : raw;
}

// Some writers leave the type out; a member with bytes is a file then. A hard link in tar may carry bytes of its own.
bool has_no_bytes(archive_entry* entry) {
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFREG || type == 0) return archive_entry_hardlink(entry) && archive_entry_size(entry) == 0;
  return true;
}

}  // namespace

Reader::Reader(std::string_view bytes, std::string_view type) : archive_(archive_read_new()) {
  ::archive* a = archive_.get();
  if (!a) throw std::bad_alloc();
  if (const Stream* stream = stream_of(bytes, type)) {
    method_ = stream->method;
    stream_name_ = gzip_name(bytes);
    take_off(a, *stream);
  } else {
    choose_formats(a, bytes.starts_with("MZ"));
  }
  // What is wrong with the bytes shows at the first header; an error here is told by next().
  archive_read_open_memory(a, bytes.data(), bytes.size());
}

Reader::~Reader() = default;

Answer Reader::next(Member& member) {
  const Utf8Names names;
  ::archive* a = archive_.get();
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(a, &entry);
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    if (code == ARCHIVE_EOF) return Answer::end;
    if (archive_format(a) == 0 && !is_stream() && archive_errno(a) != ENOMEM) return Answer::unrecognised;
    const Answer answer = judged(code);
    return answer == Answer::failed ? Answer::broken : answer;  // without a header there is no next one
  }
  member = {};
  if (is_stream()) {
    member.name = stream_name_;
    member.method = method_;
    return Answer::ready;
  }
  member.name = pathname(entry);
  member.method = method_of(a);
  member.link = link_target(entry);
  member.size =
      archive_entry_size_is_set(entry) ? static_cast<uint64_t>(std::max<int64_t>(0, archive_entry_size(entry))) : 0;
  member.encrypted = archive_entry_is_data_encrypted(entry) > 0;
  member.special = has_no_bytes(entry);
  return Answer::ready;
}

Answer Reader::read(Block& block) {
  const Utf8Names names;
  const void* start = nullptr;
  size_t size = 0;
  int64_t offset = 0;
  const int code = archive_read_data_block(archive_.get(), &start, &size, &offset);
  if (code == ARCHIVE_EOF) return Answer::end;
  block = {static_cast<uint64_t>(std::max<int64_t>(0, offset)),
           size ? std::string_view(static_cast<const char*>(start), size) : std::string_view()};
  return code == ARCHIVE_OK ? Answer::ready : judged(code);
}

Answer Reader::judged(int code) const {
  if (archive_errno(archive_.get()) == ENOMEM) throw std::bad_alloc();
  if (code == ARCHIVE_WARN || code == ARCHIVE_RETRY) return Answer::warning;
  if (code == ARCHIVE_FAILED) return Answer::failed;
  // A stream is never asked: libarchive reads a null format where opening failed.
  return !is_stream() && archive_read_has_encrypted_entries(archive_.get()) > 0 ? Answer::encrypted : Answer::broken;
}

std::string Reader::why() const {
  const char* reason = archive_error_string(archive_.get());
  return reason ? reason : "cannot be read";
}

void Reader::Close::operator()(::archive* a) const {
  archive_read_free(a);
}

}  // namespace archive_plugin
