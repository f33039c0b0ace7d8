// SPDX-License-Identifier: MIT
#include "plugin/file_check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace postern::plugin {
namespace {

void check_component(const std::string& file, const std::string& component, Problems& problems) {
  struct stat status {};
  if (::lstat(component.c_str(), &status) != 0) {
    add_error(problems, "PLUGIN-FILE-MISSING", file + ": " + component + ": " + std::strerror(errno));
    return;
  }
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    add_error(problems, "PLUGIN-FILE-OWNER",
              file + " refused: " + component + " belongs to user " + std::to_string(status.st_uid) +
                  ", who could put any code there",
              "give it to root: chown root " + component);
  const bool link = S_ISLNK(status.st_mode);  // the mode of a link means nothing
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if (!link && !sticky && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    add_error(problems, "PLUGIN-FILE-WRITABLE",
              file + " refused: " + component + " can be written by others, who could put any code there",
              "take the right away: chmod go-w " + component);
}

// "/", "/usr", "/usr/lib" … and the path itself.
void check_components(const std::string& file, const std::string& path, Problems& problems) {
  check_component(file, "/", problems);
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    check_component(file, path.substr(0, slash), problems);
  check_component(file, path, problems);
}

}  // namespace

Problems check_file(const std::string& path) {
  Problems problems;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  struct stat status {};
  if (!real || ::stat(real.get(), &status) != 0) {
    add_error(problems, "PLUGIN-FILE-MISSING", path + ": " + std::strerror(errno),
              "install the plug-in, or correct the name under \"plugin\"");
    return problems;
  }
  if (!S_ISREG(status.st_mode)) {
    add_error(problems, "PLUGIN-FILE-TYPE", path + " refused: not a regular file", "name the plug-in's .so file");
    return problems;
  }
  check_components(path, real.get(), problems);
  if (problems.empty() && path != real.get()) check_components(path, path, problems);
  return problems;
}

}  // namespace postern::plugin
