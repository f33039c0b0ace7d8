// SPDX-License-Identifier: MIT
// libudfread as values, its only user: directories and files of a UDF volume in memory. Nothing fails but by an answer:
// what could not be read is empty, and trouble() says why. Names come as the image has them, in UTF-8.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "block_input.h"

struct udfread;
struct udfread_dir;
struct udfread_file;

namespace udf_plugin {

struct Entry {
  std::string name;
  std::string key;  // what the library calls it
  bool is_directory = false;
};

class File {
 public:
  uint64_t size() const;
  FileKind kind() const { return kind_; }
  // Where its bytes stand in the image, if that is in one row and not behind the end: they may go on there.
  std::optional<uint64_t> place(uint64_t image_size, const std::function<void()>& watch_time);
  // The next bytes; empty at the end, or where is_broken().
  std::span<const char> read(std::span<char> room);
  bool is_broken() const { return is_broken_; }

 private:
  friend class Directory;
  struct Close {
    void operator()(udfread_file*) const;
  };
  File(udfread_file* file, BlockInput& input, FileKind kind) : file_(file), input_(&input), kind_(kind) {}
  std::unique_ptr<udfread_file, Close> file_;
  BlockInput* input_;
  FileKind kind_;
  bool is_broken_ = false;
};

class Directory {
 public:
  bool next(Entry&);
  std::optional<Directory> directory(const Entry&);
  std::optional<File> file(const Entry&);
  uint64_t place() const { return place_; }  // the same one has the same
  // How many entries it has by its own bytes; nothing where these could not be followed.
  std::optional<uint64_t> entries() const { return entries_; }

 private:
  friend class Volume;
  struct Close {
    void operator()(udfread_dir*) const;
  };
  Directory(udfread_dir*, BlockInput&);
  std::unique_ptr<udfread_dir, Close> dir_;
  BlockInput* input_;
  uint64_t place_ = 0;
  std::optional<uint64_t> entries_;
};

class Volume {
 public:
  Volume(std::string_view image, std::function<bool()> is_late);
  ~Volume();
  std::optional<Directory> root();  // nothing: it cannot be opened
  const BlockInput& input() const { return input_; }

 private:
  struct Close {
    void operator()(udfread*) const;
  };
  BlockInput input_;
  std::unique_ptr<udfread, Close> volume_;
};

}  // namespace udf_plugin
