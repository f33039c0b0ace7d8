// SPDX-License-Identifier: MIT
#include "config/configuration.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <tuple>

#include "base/unique_fd.h"
#include "config/cross_checks.h"
#include "config/sections.h"
#include "config/sources.h"

namespace postern::config {
namespace {

using base::Problem;

std::string user_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user ? user->pw_name : std::to_string(::geteuid());
}

Problem unreadable(const std::string& path, const std::string& reason) {
  return {Problem::Severity::error,
          "CONFIG-UNREADABLE",
          {path, 0, 0},
          "cannot read it as user " + in_quotes(user_name()) + ": " + reason,
          {}};
}

// A pipe or a device would block or never end: only a regular file is a configuration.
void read_file(const std::string& path, std::vector<Source>& sources, Problems& problems) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return problems.push_back(unreadable(path, std::strerror(errno)));
  if (S_ISDIR(status.st_mode)) return problems.push_back(unreadable(path, std::strerror(EISDIR)));
  if (!S_ISREG(status.st_mode)) return problems.push_back(unreadable(path, "not a regular file"));
  Source source{path, {}};
  char chunk[65536];
  ssize_t n = 0;
  while ((n = ::read(fd.get(), chunk, sizeof chunk)) > 0) source.text.append(chunk, static_cast<size_t>(n));
  if (n < 0) return problems.push_back(unreadable(path, std::strerror(errno)));
  sources.push_back(std::move(source));
}

// The *.toml of conf.d beside the file, in the order of their names; without the folder none.
std::vector<std::string> further_files(const std::string& file, Problems& problems) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(file).parent_path() / "conf.d";
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".toml") && !name.starts_with('.')) files.push_back(entry->path().string());
  }
  if (error && error != std::errc::no_such_file_or_directory)
    problems.push_back(unreadable(folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

bool has_errors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.severity == Problem::Severity::error; });
}

// By place: the files in the order they are read, not by name.
void sort(Problems& problems, const std::vector<Source>& sources) {
  const auto rank = [&](const Problem& problem) {
    return std::find_if(sources.begin(), sources.end(),
                        [&](const Source& source) { return source.file == problem.origin.file; }) -
           sources.begin();
  };
  std::stable_sort(problems.begin(), problems.end(), [&](const Problem& a, const Problem& b) {
    return std::tuple(rank(a), a.origin.file, a.origin.line, a.origin.column, a.id, a.text) <
           std::tuple(rank(b), b.origin.file, b.origin.line, b.origin.column, b.id, b.text);
  });
}

}  // namespace

Loaded load(const std::string& file) {
  std::vector<Source> sources;
  Problems problems;
  if (file.empty()) return load_sources(sources);
  read_file(file, sources, problems);
  for (const std::string& further : further_files(file, problems)) read_file(further, sources, problems);
  if (!problems.empty()) {
    sort(problems, sources);
    return {nullptr, problems};
  }
  return load_sources(sources);
}

Loaded load_sources(const std::vector<Source>& sources) {
  Node tree;
  Loaded loaded;
  for (const Source& source : sources) {
    auto parsed = parse(source.text, source.file);
    if (auto* problem = std::get_if<Problem>(&parsed))
      loaded.problems.push_back(std::move(*problem));
    else
      overlay(tree, std::get<Node>(std::move(parsed)));
  }
  // Half of the text is missing behind a syntax error: what else could be said would mislead.
  if (!has_errors(loaded.problems)) {
    auto configuration = std::make_shared<Configuration>(defaults());
    if (!sources.empty()) configuration->file = sources.front().file;
    read_sections(Value({}, tree, loaded.problems), *configuration);
    if (!has_errors(loaded.problems)) cross_check(*configuration, tree, loaded.problems);
    if (!has_errors(loaded.problems)) loaded.configuration = std::move(configuration);
  }
  sort(loaded.problems, sources);
  return loaded;
}

std::string text(const base::Problem& problem) {
  static constexpr const char* severities[] = {"note", "warning", "error"};
  const base::Origin& origin = problem.origin;
  std::string line = origin.line == 0 ? origin.file : origin.text();
  if (!line.empty()) line += ": ";
  line += severities[static_cast<size_t>(problem.severity)];
  line += ": [" + problem.id + "] " + problem.text;
  if (!problem.hint.empty()) line += "\n    " + problem.hint;
  return line;
}

}  // namespace postern::config
