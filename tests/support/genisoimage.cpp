// SPDX-License-Identifier: MIT
#include "support/genisoimage.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "support/daemon.h"
#include "support/process.h"

namespace postern::testing {

std::string genisoimage_of(const std::vector<File>& files, const std::vector<std::string>& options) {
  namespace fs = std::filesystem;
  const Directory directory;
  const fs::path in = fs::path(directory.path()) / "in", out = fs::path(directory.path()) / "out";
  for (const File& file : files) {
    fs::create_directories((in / file.name).parent_path());
    std::ofstream(in / file.name, std::ios::binary) << file.content;
  }
  std::vector<std::string> argv{"/usr/bin/genisoimage", "-quiet", "-input-charset", "utf-8"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.insert(argv.end(), {"-o", out.string(), in.string()});
  try {
    Process writer(argv);
    if (writer.wait(Time(60000)) != 0) return {};
  } catch (const std::system_error&) {
    return {};
  }
  std::ifstream image(out, std::ios::binary);
  return {std::istreambuf_iterator<char>(image), {}};
}

}  // namespace postern::testing
