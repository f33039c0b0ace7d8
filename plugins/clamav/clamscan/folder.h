// SPDX-License-Identifier: MIT
// A private folder with files for a command to look at: "0", "1", "2" ... in the order in which they are added. Only we and the command may
// read it; it is removed with this value. Errors: postern::Error (POSTERN_E_IO).
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace postern::clamscan {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void add(std::string_view bytes);
  const std::string& path() const { return path_; }
  size_t files() const { return files_; }

 private:
  std::string path_;
  size_t files_ = 0;
};

}  // namespace postern::clamscan
