// SPDX-License-Identifier: MIT
#include "find.h"

#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "uuencode.h"

namespace postern::encoded {

namespace s = postern::support;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t least_bare_base64 = 1024;  // shorter ones are keys, digests and tokens
constexpr std::size_t least_width = 40;
constexpr std::string_view binhex_mark = "(This file must be converted with BinHex";

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// What is worth opening, or running: by the first bytes.
bool is_known_type(std::string_view bytes) {
  static constexpr std::string_view beginnings[] = {"MZ",
                                                    "PK\x03\x04"sv,
                                                    "PK\x05\x06"sv,
                                                    "Rar!"sv,
                                                    "7z\xbc\xaf"sv,
                                                    "\x1f\x8b"sv,
                                                    "BZh"sv,
                                                    "\xfd"
                                                    "7zXZ"sv,
                                                    "\x28\xb5\x2f\xfd"sv,
                                                    "\x04\x22\x4d\x18"sv,
                                                    "MSCF"sv,
                                                    "\xd0\xcf\x11\xe0"sv,
                                                    "%PDF-"sv,
                                                    "{\\rtf"sv,
                                                    "\x7f"
                                                    "ELF"sv,
                                                    "\xca\xfe\xba\xbe"sv,
                                                    "\x78\x9f\x3e\x22"sv,
                                                    "\x4c\0\0\0\x01\x14\x02"sv,
                                                    "!<arch>"sv,
                                                    "\xed\xab\xee\xdb"sv,
                                                    "070701"sv,
                                                    "xar!"sv,
                                                    "GIF8"sv,
                                                    "\x89PNG"sv,
                                                    "\xff\xd8\xff"sv,
                                                    "#!"sv,
                                                    "<html"sv,
                                                    "<HTML"sv,
                                                    "<!DOCTYPE"sv,
                                                    "<!doctype"sv,
                                                    "<script"sv,
                                                    "<?xml"sv,
                                                    "<svg"sv,
                                                    "ITSF"sv,
                                                    "\xe4\x52\x5c\x7b"sv,
                                                    "From: "sv,
                                                    "Received: "sv,
                                                    "Return-Path: "sv,
                                                    "MIME-Version: "sv,
                                                    "\0\x05\x16\x00"sv,
                                                    "\0\x05\x16\x07"sv};
  // S/MIME: a SEQUENCE of an object identifier; certificates and keys begin otherwise.
  if (bytes.starts_with("\x30\x80\x06"sv) ||
      (bytes.starts_with("\x30\x82"sv) && bytes.substr(4).starts_with("\x06\x09\x2a"sv)))
    return true;
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [&](std::string_view beginning) { return bytes.starts_with(beginning); }) ||
         (bytes.size() > 257 && bytes.substr(257).starts_with("ustar"));
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<Block> run() {
    while (at_ < text_.size()) {
      const std::string_view line = s::line_at(text_, at_);
      next_ = at_ + line.size();
      take(without_line_end(line));
      at_ = next_;
    }
    if (open_) close(text_.size(), false);
    end_bare();
    return std::move(blocks_);
  }

 private:
  void take(std::string_view line) {
    if (open_) {
      if (is_last(line)) return close(open_->kind == Kind::binhex ? next_ : at_, true);
      if (!is_first(line)) return;
      close(at_, false);
    }
    take_outside(line);
  }

  bool is_last(std::string_view line) const {
    switch (open_->kind) {
      case Kind::uuencode:
      case Kind::xxencode:
        return s::trim(line) == "end";
      case Kind::base64:
        return s::trim(line) == "====";
      case Kind::yenc:
        return line.starts_with("=yend");
      case Kind::binhex:
        return s::trim(line).ends_with(':');
      case Kind::bare_base64:
        break;
    }
    return false;
  }

  // A block without end is over where the next one begins.
  bool is_first(std::string_view line) {
    return line.starts_with("begin") ? begin_line(line).has_value() && next_line_is_data()
                                     : line.starts_with("=ybegin ");
  }
  bool next_line_is_data() const {
    const std::string_view next = without_line_end(s::line_at(text_, next_));
    return is_uu_line(next) || is_xx_line(next) || s::is_base64(next);
  }

  void take_outside(std::string_view line) {
    take_bare(line);
    if (line.empty()) return;
    if (const auto name = std::exchange(begun_, std::nullopt)) {
      if (begun_base64_ && s::is_base64(line)) return open(Kind::base64, at_, *name);
      // Lines of either alphabet alone may be read in both, the one of the length that fits is meant.
      if (!begun_base64_ && is_uu_line(line)) return open(Kind::uuencode, at_, *name);
      if (!begun_base64_ && is_xx_line(line)) return open(Kind::xxencode, at_, *name);
    }
    if (const auto name = begin_line(line)) {
      begun_ = name;
      begun_base64_ = line.starts_with("begin-base64");
      return;
    }
    if (line.starts_with("=ybegin ") && line.find("size=") != line.npos && line.find("name=") != line.npos)
      return open(Kind::yenc, next_, std::string(s::trim(line.substr(line.find("name=") + 5))));
    const bool is_marked = std::exchange(binhex_marked_, line.starts_with(binhex_mark));
    if (line.front() == ':' && (is_marked || line.size() > least_width) && is_binhex_line(line)) {
      open(Kind::binhex, at_, "");
      if (line.size() > 1 && s::trim(line).ends_with(':')) close(next_, true);
    }
  }

  static bool is_binhex_line(std::string_view line) {
    return std::all_of(line.begin(), line.end(), [](char c) { return c > ' ' && c <= 'r'; }) &&
           line.find_first_of("7?O^_\\]ghno/<=>;") == line.npos;
  }

  // The name behind "begin 644", which may be missing, as may the mode: some readers ask for no more than two blanks.
  static std::optional<std::string> begin_line(std::string_view line) {
    if (line.starts_with("begin-base64 "))
      line.remove_prefix(13);
    else if (line.starts_with("begin ") || line.starts_with("begin\t"))
      line.remove_prefix(6);
    else
      return std::nullopt;
    line = s::trim(line);
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '7') ++digits;
    if (digits >= 3 && digits <= 6 && (digits == line.size() || s::is_blank(line[digits]))) line.remove_prefix(digits);
    return std::string(s::trim(line));
  }

  // Lines of one width, of which only the last is shorter.
  void take_bare(std::string_view line) {
    line = s::trim(line);
    if (line.size() < 4 || !s::is_base64(line)) return end_bare();
    if (bare_width_ > 0 && line.size() > bare_width_) end_bare();
    if (bare_width_ == 0 && line.size() < least_width) return;
    if (bare_width_ == 0) {
      bare_begin_ = at_;
      bare_width_ = line.size();
    }
    bare_end_ = next_;
    if (line.size() < bare_width_ || line.back() == '=') end_bare();
  }

  void end_bare() {
    if (std::exchange(bare_width_, 0) == 0 || bare_end_ - bare_begin_ < least_bare_base64) return;
    const std::string_view data = text_.substr(bare_begin_, bare_end_ - bare_begin_);
    if (!is_known_type(s::decode_base64(data.substr(0, 512)))) return;
    blocks_.push_back({Kind::bare_base64, bare_begin_, data.size(), "", true});
  }

  void open(Kind kind, std::size_t at, std::string name) {
    end_bare();
    open_ = Block{kind, at, 0, std::move(name), false};
  }
  void close(std::size_t end, bool has_end) {
    open_->length = end - std::min(end, open_->offset);
    open_->has_end = has_end;
    blocks_.push_back(std::move(*open_));
    open_.reset();
  }

  std::string_view text_;
  std::size_t at_ = 0, next_ = 0;
  std::optional<Block> open_;
  std::optional<std::string> begun_;  // the name on a "begin" line that still needs its data
  bool begun_base64_ = false, binhex_marked_ = false;
  std::size_t bare_begin_ = 0, bare_end_ = 0, bare_width_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace

std::vector<Block> find_blocks(std::string_view text) {
  return Finder(text).run();
}

}  // namespace postern::encoded
