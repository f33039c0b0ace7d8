// SPDX-License-Identifier: MIT
// Bytes of an archive of a known format in, its members and their bytes out, one after the other. The only user of
// libarchive, which looks for this one format and nothing else: nothing here starts a program or opens a file. What is
// wrong with the bytes is an answer, never an exception; std::bad_alloc when memory is short.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "formats.h"

struct archive;
struct archive_entry;

namespace archive_plugin {

struct Member {
  std::string name;   // as in the archive, UTF-8 where the format says so, otherwise raw bytes; no path of ours
  std::string link;   // where a link points
  uint64_t size = 0;  // what the archive claims; 0: it does not say
  bool encrypted = false;
  bool special = false;  // directory, link, device: has no bytes as a rule
  std::string target;    // of a link, as it stands where a file has its bytes; empty: it does not
};

// A piece of a member. Bytes between the pieces are zeros that the archive left out (sparse files).
struct Block {
  uint64_t offset = 0;
  std::string_view bytes;  // lent until the next call
};

enum class Answer {
  ready,         // a member, a block
  end,           // no more of it
  warning,       // damaged, but there may be more: ask again
  failed,        // this member cannot be read further; the next one may
  broken,        // the archive cannot be read further
  encrypted,     // neither can it, for want of a password
  unrecognised,  // not this format after all
};

class Reader {
 public:
  Reader(std::string_view bytes, Format format);  // bytes must outlive the reader
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Answer next(Member& member);
  Answer read(Block& block);
  // How far it has read; after Answer::end the end of the archive, for formats with an end mark.
  uint64_t position() const;
  // What of the member was not read, where a format's reader gives nothing of a directory: as it stands there.
  std::string_view skip();
  std::string why() const;      // of the last answer that was not ready or end
  bool is_unsupported() const;  // that answer came because libarchive cannot read such archives

 private:
  struct Close {
    void operator()(::archive* a) const;
  };
  Answer judged(int code) const;
  std::string target(::archive_entry*) const;

  std::string_view bytes_;
  Format format_;
  std::unique_ptr<::archive, Close> archive_;
};

}  // namespace archive_plugin
