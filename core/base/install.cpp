// SPDX-License-Identifier: MIT
#include "base/install.h"

#include <filesystem>

namespace postern::base {
namespace {

namespace fs = std::filesystem;
constexpr char usual_config[] = "/etc/postern/postern.toml";

}  // namespace

const char* version() { return POSTERN_VERSION; }

std::string plugin_directory() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path().parent_path() / "lib" / POSTERN_PLUGIN_SUBDIR;
  if (!error && fs::is_directory(beside, error)) return beside.string();
  return std::string(POSTERN_LIBDIR) + "/" + POSTERN_PLUGIN_SUBDIR;
}

std::string default_config_file() {
  std::error_code error;
  return fs::exists(usual_config, error) ? usual_config : "";
}

}  // namespace postern::base
