// SPDX-License-Identifier: MIT
// A mail on its way into the cellar's directory: written under a temporary name and fsynced; keep() gives it its name.
// Whatever is not kept vanishes with the object, or an hour later if the process died. Errors: std::system_error.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace postern::quarantine {

class HeldFile {
 public:
  // Durable under its temporary name when the constructor returns. directory: a descriptor, borrowed.
  HeldFile(int directory, const std::vector<std::string_view>& pieces);
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;
  ~HeldFile();

  // Replaces a file of that name: one that a crash left without an entry in the index. Durable when it returns; if it
  // throws, the file is gone.
  void keep(const std::string& name);
  // Removes the file at once, for whoever cannot finish what keep() began.
  void take_back();

 private:
  int directory_;
  std::string name_;      // as it stands now
  bool settled_ = false;  // kept or taken back: nothing left to do
};

// Temporary files older than an hour belong to nobody. What cannot be removed stays: that is no reason not to work.
void remove_leftovers(int directory);

}  // namespace postern::quarantine
