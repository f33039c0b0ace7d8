// SPDX-License-Identifier: MIT
#include "seven_zip_header.h"

#include "bytes.h"

namespace archive_plugin {
namespace {

// The names are those of 7zFormat.txt in the LZMA SDK.
enum Id : uint64_t {
  end = 0,
  header_id = 1,
  archive_properties = 2,
  additional_streams = 3,
  main_streams = 4,
  files_info = 5,
  pack_info = 6,
  unpack_info = 7,
  substreams_info = 8,
  sizes = 9,
  digests = 10,
  folders = 11,
  unpack_sizes = 12,
  streams_of_folders = 13,
  attributes = 0x15,
};

struct Folder {
  uint64_t outputs = 0;
  uint64_t streams = 1;
  bool has_digest = false;
};

class Walk {
 public:
  explicit Walk(std::string_view header) : b_(header) {}

  std::vector<SevenZipAttributes> run() {
    if (number() != header_id) return {};
    uint64_t id = number();
    if (id == archive_properties) {
      while (number() != end && !wrong_) skip(number());
      id = number();
    }
    if (id == additional_streams) {
      streams();
      id = number();
    }
    if (id == main_streams) {
      streams();
      id = number();
    }
    if (id == files_info && !wrong_) files();
    return wrong_ ? std::vector<SevenZipAttributes>() : std::move(found_);
  }

 private:
  // The ones at the front of the first byte count the bytes that follow; they are the lower part of the number.
  uint64_t number() {
    const uint64_t first = byte();
    uint64_t value = 0, mask = 0x80;
    unsigned more = 0;
    for (; more < 8 && first & mask; ++more, mask >>= 1) value |= byte() << (8 * more);
    return wrong_ ? 0 : more < 8 ? value | (first & (mask - 1)) << (8 * more) : value;
  }
  uint64_t byte() {
    if (at_ >= b_.size()) return fail();
    return static_cast<unsigned char>(b_[at_++]);
  }
  void skip(uint64_t size) {
    if (size > b_.size() - at_)
      fail();
    else
      at_ += static_cast<size_t>(size);
  }
  void skip_numbers(uint64_t count) {
    for (; count > 0 && !wrong_; --count) number();
  }
  uint64_t fail() {
    wrong_ = true;
    at_ = b_.size();
    return 0;
  }
  // Of so many things, those that are there; each takes at least a bit of the header.
  std::vector<bool> bits(uint64_t count) {
    if (wrong_ || count > b_.size() * 8) return fail(), std::vector<bool>();
    std::vector<bool> set(static_cast<size_t>(count), true);
    if (byte() != 0) return set;  // all of them
    uint64_t mask = 0, row = 0;
    for (size_t i = 0; i < set.size(); ++i, mask >>= 1) {
      if (mask == 0) mask = 0x80, row = byte();
      set[i] = row & mask;
    }
    return set;
  }
  std::vector<bool> skip_digests(uint64_t count) {
    std::vector<bool> set = bits(count);
    for (const bool is_there : set)
      if (is_there) skip(4);
    return set;
  }

  void streams() {
    std::vector<Folder> all;
    for (uint64_t id = number(); id != end && !wrong_; id = number()) {
      if (id == pack_info)
        packs();
      else if (id == unpack_info)
        all = unpacks();
      else if (id == substreams_info)
        substreams(all);
      else
        fail();
    }
  }
  void packs() {
    number();  // where they begin
    const uint64_t count = number();
    for (uint64_t id = number(); id != end && !wrong_; id = number()) {
      if (id == sizes)
        skip_numbers(count);
      else if (id == digests)
        skip_digests(count);
      else
        fail();
    }
  }
  std::vector<Folder> unpacks() {
    if (number() != folders) return fail(), std::vector<Folder>();
    const uint64_t count = number();
    if (byte() != 0 || count > b_.size()) return fail(), std::vector<Folder>();  // elsewhere: nobody writes that
    std::vector<Folder> all(static_cast<size_t>(count));
    for (Folder& f : all) f.outputs = folder();
    if (number() != unpack_sizes) fail();
    for (const Folder& f : all) skip_numbers(f.outputs);
    for (uint64_t id = number(); id != end && !wrong_; id = number()) {
      if (id != digests) return fail(), all;
      const std::vector<bool> set = skip_digests(count);
      for (size_t i = 0; i < set.size(); ++i) all[i].has_digest = set[i];
    }
    return all;
  }
  // How many outputs its coders have.
  uint64_t folder() {
    enum : uint64_t { name_size = 0x0f, is_complex = 0x10, has_properties = 0x20 };
    uint64_t inputs = 0, outputs = 0;
    for (uint64_t coders = number(); coders > 0 && !wrong_; --coders) {
      const uint64_t flags = byte();
      skip(flags & name_size);
      inputs += flags & is_complex ? number() : 1;
      outputs += flags & is_complex ? number() : 1;
      if (flags & has_properties) skip(number());
    }
    if (outputs == 0 || inputs > b_.size() || outputs > b_.size()) return fail();
    const uint64_t bound = outputs - 1;
    skip_numbers(2 * bound);
    if (inputs > bound + 1) skip_numbers(inputs - bound);
    return outputs;
  }
  void substreams(std::vector<Folder>& all) {
    for (uint64_t id = number(); id != end && !wrong_; id = number()) {
      if (id == streams_of_folders) {
        for (Folder& f : all) f.streams = number();
      } else if (id == sizes) {
        for (const Folder& f : all) skip_numbers(f.streams > 0 ? f.streams - 1 : 0);
      } else if (id == digests) {
        uint64_t unknown = 0;
        for (const Folder& f : all) {
          if (f.streams > b_.size()) fail();
          unknown += f.streams == 1 && f.has_digest ? 0 : f.streams;
        }
        skip_digests(unknown);
      } else {
        fail();
      }
    }
  }

  void files() {
    const uint64_t count = number();
    for (uint64_t id = number(); id != end && !wrong_; id = number()) {
      const uint64_t size = number(), behind = at_ + size;
      if (wrong_ || size > b_.size() - at_) return void(fail());
      if (id == attributes) read_attributes(count);
      at_ = static_cast<size_t>(behind);
    }
  }
  void read_attributes(uint64_t count) {
    const std::vector<bool> set = bits(count);
    if (byte() != 0) return;  // they stand elsewhere
    for (size_t i = 0; i < set.size(); ++i) {
      if (!set[i]) continue;
      if (!holds(b_, at_, 4)) return void(fail());
      found_.push_back({i, at_});
      at_ += 4;
    }
  }

  std::string_view b_;
  size_t at_ = 0;
  bool wrong_ = false;
  std::vector<SevenZipAttributes> found_;
};

}  // namespace

std::vector<SevenZipAttributes> attributes_in(std::string_view header) {
  return Walk(header).run();
}

}  // namespace archive_plugin
