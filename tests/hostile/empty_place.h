// SPDX-License-Identifier: MIT
// An empty folder as the place for whatever a process leaves behind: its working, temporary and home folder, and that
// of its children. One file stands in it, a canary, in a folder beside the one where names that climb would arrive.
#pragma once
#include <string>
#include <vector>

namespace postern::testing {

class EmptyPlace {
 public:
  EmptyPlace();  // moves this process there
  EmptyPlace(const EmptyPlace&) = delete;
  EmptyPlace& operator=(const EmptyPlace&) = delete;
  ~EmptyPlace();

  std::vector<std::string> changes() const;  // what is not as it was, one line for each

 private:
  std::string path_;
};

// How many descriptors a process has open; 0: it cannot be known.
size_t open_descriptors(int process);

}  // namespace postern::testing
