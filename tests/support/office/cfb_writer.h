// SPDX-License-Identifier: MIT
// Writes Compound Files for tests: honest ones, that other readers open too, and such whose chains and directory lie.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

class CfbWriter {
 public:
  CfbWriter();
  // By path: "Macros/VBA/dir"; storages on the way are made. Names in UTF-8 without characters beyond ASCII.
  CfbWriter& stream(const std::string& path, std::string_view bytes);
  CfbWriter& storage(const std::string& path);
  CfbWriter& class_id(std::string_view sixteen_bytes);  // of the root
  CfbWriter& scattered();                               // the sectors of a stream stand in the wrong order
  CfbWriter& version4();                                // sectors of 4096 bytes
  // The last word on an entry of the directory, 128 bytes.
  using Forge = std::function<void(std::string& entry)>;
  CfbWriter& forge(const std::string& path, Forge forge);
  // The last word on the FAT.
  using ForgeFat = std::function<void(std::vector<uint32_t>& fat)>;
  CfbWriter& forge_fat(ForgeFat forge);

  std::string bytes() const;

 private:
  struct Node {
    std::string name, bytes;
    bool is_stream = false;
    size_t parent = 0;
    std::vector<size_t> children;
    std::vector<Forge> forges;
  };
  size_t make(const std::string& path);

  std::vector<Node> nodes_;
  std::string class_id_ = std::string(16, '\0');
  bool is_scattered_ = false;
  unsigned shift_ = 9;
  std::vector<ForgeFat> fat_forges_;
};

}  // namespace postern::testing
