// SPDX-License-Identifier: MIT
#include "layering_check.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace postern::layering {
namespace {

struct Include {
  std::string name;
  bool is_quoted = false;
  size_t line = 0;
};

// One foreign library, one home: a room, a plug-in or a program's file. A new library begins with a line here.
struct Foreign {
  std::string_view header;  // or the beginning of its name
  std::vector<std::string_view> homes;
};
const std::vector<Foreign> foreign_libraries{
    {"boost/asio/buffer.hpp", {"core/receive/", "sdk/include/postern/support/http.h"}},  // Beast's parser takes bytes so
    {"boost/asio", {"core/receive/"}},
    {"boost/context", {"core/base/"}},
    {"sanitizer/", {"core/base/switched_stack.h"}},
    {"boost/beast", {"sdk/include/postern/support/http.h"}},
    {"boost/dll", {"core/plugin/"}},
    {"boost/program_options", {"core/cli/", "core/daemon/posternd.cpp", "sdk/tool/"}},
    {"toml++/", {"core/config/"}},
    {"magic.h", {"core/decode/"}},
    {"seccomp.h", {"core/decode/"}},
    {"spdlog/", {"core/base/"}},
    {"openssl/", {"core/base/", "plugins/ole/"}},
    {"sqlite3.h", {"core/quarantine/"}},
    {"nlohmann/", {"core/cli/", "plugins/avp/", "plugins/rspamd/"}},
    {"utf8proc.h", {"core/policy/"}},
    {"ares.h", {"plugins/dnsbl/"}},
    {"libpsl.h", {"plugins/dnsbl/"}},
    {"idn2.h", {"plugins/dnsbl/"}},
    {"archive.h", {"plugins/archive/"}},
    {"archive_entry.h", {"plugins/archive/"}},
    {"qpdf/", {"plugins/pdf/"}},
    {"udfread/", {"plugins/udf/"}},
    {"re2/", {"core/policy/", "plugins/command/", "plugins/socket/"}},
    {"zlib.h", {"plugins/archive/", "plugins/dosarchive/", "plugins/ole/", "plugins/ooxml/", "plugins/pkcs7/", "plugins/spamassassin/"}},
    {"brotli/", {"plugins/archive/"}},
    {"bzlib.h", {"plugins/archive/"}},
    {"lz4", {"plugins/archive/"}},
    {"lzma.h", {"plugins/archive/"}},
    {"lzo/", {"plugins/archive/"}},
    {"zstd.h", {"plugins/archive/"}},
    {"gtest/", {"plugins/*/tests/", "sdk/template/"}},
    {"gmock/", {"plugins/*/tests/", "sdk/template/"}},
    {"gmime/", {"plugins/*/tests/"}},
};

// The C library and the kernel. Whatever is neither here nor above is a library nobody has given a home.
constexpr std::string_view system_folders[] = {"sys/", "netinet/", "arpa/", "linux/"};
constexpr std::string_view system_headers[] = {"cxxabi.h", "dirent.h", "elf.h",     "fcntl.h",    "grp.h",    "iconv.h", "locale.h",
                                               "netdb.h",  "poll.h",    "pwd.h",    "signal.h", "spawn.h", "stddef.h",
                                               "stdint.h", "strings.h", "sysexits.h", "time.h", "unistd.h"};

bool is_system(std::string_view name) {
  if (name.find_first_of("/.") == std::string_view::npos) return true;  // <algorithm>
  return std::any_of(std::begin(system_folders), std::end(system_folders),
                     [&](auto folder) { return name.starts_with(folder); }) ||
         std::find(std::begin(system_headers), std::end(system_headers), name) != std::end(system_headers);
}

std::vector<Include> includes(std::string_view text) {
  std::vector<Include> all;
  for (size_t line = 1; !text.empty(); ++line) {
    std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(row.size() + 1, text.size()));
    const auto skip_blanks = [&row] { row.remove_prefix(std::min(row.find_first_not_of(" \t"), row.size())); };
    skip_blanks();
    if (!row.starts_with('#')) continue;
    row.remove_prefix(1);
    skip_blanks();
    if (!row.starts_with("include")) continue;
    row.remove_prefix(7);
    skip_blanks();
    if (row.empty()) continue;
    const bool is_quoted = row.front() == '"';
    row.remove_prefix(1);
    all.push_back({std::string(row.substr(0, row.find(is_quoted ? '"' : '>'))), is_quoted, line});
  }
  return all;
}

std::string folder_of(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/') + 1));
}

// "plugins/mime/tests/x.cpp" → "plugins/mime/": what a plug-in or a tool calls its own.
std::string home_of(std::string_view path) {
  return std::string(path.substr(0, path.find('/', path.find('/') + 1) + 1));
}

bool matches(std::string_view path, std::string_view home) {
  const size_t star = home.find('*');
  if (star == std::string_view::npos) return path.starts_with(home);
  if (!path.starts_with(home.substr(0, star))) return false;
  const size_t end = path.find('/', star);
  return end != std::string_view::npos && path.substr(end).starts_with(home.substr(star + 1));
}

class Check {
 public:
  explicit Check(const Tree& tree) : tree_(tree), rooms_(rooms(tree.at("core/CMakeLists.txt"))) {}

  std::vector<std::string> run() {
    for (const auto& [path, text] : tree_) {
      if (!path.ends_with(".h") && !path.ends_with(".hpp") && !path.ends_with(".cpp") && !path.ends_with(".c"))
        continue;
      const std::vector<Include> all = includes(text);
      for (const Include& include : all)
        if (const auto wrong = complaint(path, include)) complain(path, include.line, *wrong);
      check_own_header_first(path, all);
    }
    return std::move(complaints_);
  }

 private:
  std::optional<std::string> complaint(const std::string& path, const Include& include) const {
    if (include.name.starts_with("postern/")) return exists("sdk/include/" + include.name, include);
    if (!include.is_quoted) return foreign(path, include);
    if (path.starts_with("core/")) return between_rooms(path, include);
    if (path.starts_with("sdk/include/"))
      return "the SDK includes nothing of ours but postern/…, not \"" + include.name + "\"";
    if (path.starts_with("sdk/tool/")) return of_the_tool(path, include);
    return of_a_plugin(path, include);
  }

  std::optional<std::string> exists(const std::string& path, const Include& include) const {
    if (tree_.contains(path)) return {};
    return "there is no \"" + include.name + "\"";
  }

  std::optional<std::string> foreign(const std::string& path, const Include& include) const {
    if (is_system(include.name)) return {};
    for (const Foreign& library : foreign_libraries) {
      if (!include.name.starts_with(library.header)) continue;
      for (const std::string_view home : library.homes)
        if (matches(path, home)) return {};
      return "<" + include.name + "> lives in " + std::string(library.homes.front()) + " only";
    }
    return "<" + include.name + "> has no home: name one in tests/layering_check.cpp";
  }

  std::optional<size_t> rank(std::string_view room) const {
    const auto at = std::find(rooms_.begin(), rooms_.end(), room);
    if (at == rooms_.end()) return {};
    return static_cast<size_t>(at - rooms_.begin());
  }

  std::optional<std::string> between_rooms(const std::string& path, const Include& include) const {
    const std::string from = path.substr(5, path.find('/', 5) - 5), to = include.name.substr(0, include.name.find('/'));
    const auto own = rank(from), other = rank(to);
    if (!own) return "core/" + from + " is no room: core/CMakeLists.txt does not declare it";
    if (!other) return "\"" + include.name + "\" is of no room; a room's header is included with its folder";
    if (*other > *own) return "\"" + include.name + "\": " + from + " comes before " + to + " and may not see it";
    return exists("core/" + include.name, include);
  }

  // postern-plugin is built of the host's code and nothing after it.
  std::optional<std::string> of_the_tool(const std::string& path, const Include& include) const {
    if (include.name.find('/') == std::string::npos) return exists(folder_of(path) + include.name, include);
    const auto other = rank(include.name.substr(0, include.name.find('/')));
    if (other && *other <= rank("plugin").value_or(0)) return exists("core/" + include.name, include);
    return "\"" + include.name + "\": the tool sees the rooms up to plugin";
  }

  std::optional<std::string> of_a_plugin(const std::string& path, const Include& include) const {
    if (tree_.contains(folder_of(path) + include.name) || tree_.contains(home_of(path) + include.name)) return {};
    // Its tests share the writers of samples; the plug-in itself does not.
    if (matches(path, "plugins/*/tests/") && include.name.starts_with("support/")) return {};
    return "\"" + include.name + "\": a plug-in sees the SDK and its own files";
  }

  // Then compiling x.cpp proves that x.h compiles alone.
  void check_own_header_first(const std::string& path, const std::vector<Include>& all) {
    if (!path.ends_with(".cpp")) return;
    const std::string header = path.substr(0, path.size() - 4) + ".h";
    if (!tree_.contains(header)) return;
    const bool is_first = !all.empty() && all.front().is_quoted && ("/" + header).ends_with("/" + all.front().name);
    if (!is_first) complain(path, all.empty() ? 1 : all.front().line, "its own header comes first");
  }

  void complain(const std::string& path, size_t line, const std::string& what) {
    complaints_.push_back(path + ":" + std::to_string(line) + ": " + what);
  }

  const Tree& tree_;
  std::vector<std::string> rooms_, complaints_;
};

}  // namespace

std::vector<std::string> rooms(const std::string& core_cmakelists) {
  std::vector<std::string> all;
  const std::string call = "\npostern_room(";  // at the beginning of a line: not its definition
  for (size_t at = core_cmakelists.find(call); at != std::string::npos; at = core_cmakelists.find(call, at + 1)) {
    const size_t begin = at + call.size();
    all.push_back(core_cmakelists.substr(begin, core_cmakelists.find_first_of(" )\n", begin) - begin));
  }
  return all;
}

std::vector<std::string> violations(const Tree& tree) {
  return Check(tree).run();
}

}  // namespace postern::layering
