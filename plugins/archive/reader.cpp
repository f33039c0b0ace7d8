// SPDX-License-Identifier: MIT
#include "reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <stdexcept>

#include "bytes.h"

namespace archive_plugin {
namespace {

using namespace std::string_view_literals;

void must(int code, ::archive* a) {
  if (code >= ARCHIVE_WARN) return;
  if (archive_errno(a) == ENOMEM) throw std::bad_alloc();
  const char* reason = archive_error_string(a);
  throw std::runtime_error(std::string("libarchive: ") + (reason ? reason : "cannot be set up"));
}

void choose_format(::archive* a, Format format) {
  switch (format) {
    case Format::zip:
      return must(archive_read_support_format_zip_streamable(a), a);
    case Format::seven_zip:
      return must(archive_read_support_format_7zip(a), a);
    case Format::rar4:
      return must(archive_read_support_format_rar(a), a);
    case Format::rar5:
      return must(archive_read_support_format_rar5(a), a);
    case Format::tar:
      return must(archive_read_support_format_tar(a), a);
    case Format::cpio:
      return must(archive_read_support_format_cpio(a), a);
    case Format::ar:
      return must(archive_read_support_format_ar(a), a);
    case Format::cab:
      return must(archive_read_support_format_cab(a), a);
    case Format::lha:
      return must(archive_read_support_format_lha(a), a);
    case Format::xar:
      return must(archive_read_support_format_xar(a), a);
    case Format::warc:
      return must(archive_read_support_format_warc(a), a);
    case Format::rpm:  // a head before a compressed cpio
      must(archive_read_append_filter(a, ARCHIVE_FILTER_RPM), a);
      return must(archive_read_support_format_raw(a), a);
    case Format::iso:
    case Format::stream:
    case Format::unsupported:
    case Format::volume:
    case Format::elsewhere:
    case Format::udf:
    case Format::given_up:
      break;
  }
  throw std::logic_error("not a format of libarchive");
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

Reader::Reader(std::string_view bytes, Format format) : bytes_(bytes), format_(format), archive_(archive_read_new()) {
  ::archive* a = archive_.get();
  if (!a) throw std::bad_alloc();
  must(archive_read_support_filter_none(a), a);
  choose_format(a, format);
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
    if (archive_format(a) == 0 && archive_errno(a) != ENOMEM) return Answer::unrecognised;
    const Answer answer = judged(code);
    return answer == Answer::failed ? Answer::broken : answer;  // without a header there is no next one
  }
  member = {};
  member.name = pathname(entry);
  member.link = link_target(entry);
  member.size =
      archive_entry_size_is_set(entry) ? static_cast<uint64_t>(std::max<int64_t>(0, archive_entry_size(entry))) : 0;
  member.encrypted = archive_entry_is_data_encrypted(entry) > 0;
  member.special = has_no_bytes(entry);
  member.target = target(entry);
  return Answer::ready;
}

// Readers that know no links make a file of it. cpio's target is read to its end, also where libarchive's ends at a
// zero.
std::string Reader::target(archive_entry* entry) const {
  if (archive_entry_filetype(entry) != AE_IFLNK) return {};
  if (format_ == Format::seven_zip) return text_or_empty(archive_entry_symlink(entry));
  if (format_ != Format::cpio) return {};
  const uint64_t end = position(), size = static_cast<uint64_t>(std::max<int64_t>(0, archive_entry_size(entry)));
  return size > end ? std::string() : std::string(range(bytes_, end - size, size));
}

std::string_view Reader::skip() {
  const uint64_t begin = position();
  archive_read_data_skip(archive_.get());
  const uint64_t end = position();
  return end > begin ? range(bytes_, begin, end - begin) : std::string_view();
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
  // Not asked where opening failed: libarchive reads a null format there.
  return archive_format(archive_.get()) != 0 && archive_read_has_encrypted_entries(archive_.get()) > 0
             ? Answer::encrypted
             : Answer::broken;
}

std::string Reader::why() const {
  const char* reason = archive_error_string(archive_.get());
  return reason ? reason : "cannot be read";
}

uint64_t Reader::position() const {
  return static_cast<uint64_t>(std::max<int64_t>(0, archive_filter_bytes(archive_.get(), 0)));
}

// libarchive tells it nowhere but in words: "Unsupported compression method", "not supported".
bool Reader::is_unsupported() const {
  const std::string text = why();
  return text.find("nsupported") != text.npos || text.find("not supported") != text.npos ||
         text.find("nexpected codec") != text.npos;
}

void Reader::Close::operator()(::archive* a) const {
  archive_read_free(a);
}

}  // namespace archive_plugin
