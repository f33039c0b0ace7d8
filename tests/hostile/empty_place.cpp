// SPDX-License-Identifier: MIT
#include "hostile/empty_place.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace postern::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char *canary = "canary", *song = "as it was";
// Two below the canary: "../moo" and "../../moo" arrive where changes() looks.
constexpr const char* work = "a/work";

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

EmptyPlace::EmptyPlace() {
  std::string name = (fs::temp_directory_path() / "postern-hostile-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = name;
  const fs::path inside = fs::path(path_) / work;
  fs::create_directories(inside);
  std::ofstream(fs::path(path_) / canary) << song;
  for (const char* variable : {"TMPDIR", "HOME"}) ::setenv(variable, inside.c_str(), 1);
  fs::current_path(inside);
}

EmptyPlace::~EmptyPlace() {
  std::error_code error;
  fs::current_path("/", error);
  fs::remove_all(path_, error);
}

std::vector<std::string> EmptyPlace::changes() const {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_)) {
    const std::string name = fs::relative(entry.path(), path_).string();
    if (name != canary && !std::string(work).starts_with(name)) found.push_back("new: " + name);
  }
  if (content(fs::path(path_) / canary) != song) found.push_back("changed: the canary");
  return found;
}

size_t open_descriptors(int process) {
  std::error_code error;
  const fs::directory_iterator all("/proc/" + std::to_string(process) + "/fd", error);
  return error ? 0 : static_cast<size_t>(std::distance(begin(all), end(all)));
}

}  // namespace postern::testing
