// SPDX-License-Identifier: MIT
#include <sysexits.h>

#include <iostream>

#include "loading.h"
#include "plugin/options.h"

namespace postern::tool {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) (c == '"' || c == '\\' ? out += '\\' : out) += c;
  return out + "\"";
}

// A default as it stands in a TOML file.
std::string in_file(const postern_option& option) {
  std::string why;
  const auto values = option.deflt ? plugin::parse_default(option, why) : std::nullopt;
  const bool bare = option.type == POSTERN_T_BOOL || option.type == POSTERN_T_INT;
  const auto one = [&](const std::string& text) { return bare ? text : quoted(text); };
  if (!(option.flags & POSTERN_OPT_LIST)) return values ? one(values->front().text) : "\"\"";
  std::string list;
  for (const auto& value : values.value_or(std::vector<plugin::CheckedValue>{}))
    list += (list.empty() ? "" : ", ") + one(value.text);
  return "[" + list + "]";
}

void print_options(const postern_plugin& plugin, plugin::Kind kind, const std::string& file) {
  const std::string stem = file.substr(file.rfind('/') + 1);
  std::cout << "\n[" << plugin::name(kind) << "." << stem.substr(0, stem.rfind(".so")) << "]\n";
  for (uint32_t nth = 0; nth < plugin.option_count; ++nth) {
    const postern_option& option = plugin::declared_option(plugin, nth);
    if (option.flags & POSTERN_OPT_DEPRECATED) continue;
    std::cout << "# " << option.help << "; " << plugin::type_name(option.type);
    if (option.choices) std::cout << ": " << option.choices;
    if (option.min != 0 || option.max != 0) std::cout << ", " << option.min << " to " << option.max;
    if (option.flags & POSTERN_OPT_REQUIRED) std::cout << ", required";
    // What has no default is only an example, and a required option must catch the eye.
    const bool live = option.deflt || (option.flags & POSTERN_OPT_REQUIRED);
    std::cout << "\n" << (live ? "" : "# ") << option.name << " = " << in_file(option) << "\n";
  }
}

void print_plugin(const postern_plugin& plugin) {
  std::cout << plugin::title(plugin) << "\n  vendor   " << plugin.vendor << "\n  license  " << plugin.license << "\n";
  if (plugin.url) std::cout << "  url      " << plugin.url << "\n";
  std::cout << "  ABI      " << plugin.abi_major << "." << plugin.abi_minor << ", needs " << plugin.abi_major << "."
            << plugin.need_minor << "\n";
  for (const plugin::Kind kind : kinds_of(plugin)) {
    std::cout << "  kind     " << plugin::name(kind) << "\n  accepts ";
    const char* const* accepted = plugin::worker_of(plugin, kind)->accepts;
    if (!accepted) std::cout << " everything";
    for (; accepted && *accepted; ++accepted) std::cout << " " << *accepted;
    std::cout << "\n";
  }
  std::cout << "  needs   ";
  if (!plugin.needs || !*plugin.needs) std::cout << " nothing";
  for (const char* const* need = plugin.needs; need && *need; ++need) std::cout << " " << *need;
  std::cout << "\n";
}

}  // namespace

int info(const std::string& file, bool with_options) {
  const plugin::Library library = load(file);
  print(library.problems);
  for (const postern_plugin* plugin : library.plugins) {
    print_plugin(*plugin);
    if (!with_options) continue;
    for (const plugin::Kind kind : kinds_of(*plugin)) print_options(*plugin, kind, file);
  }
  return plugin::has_error(library.problems) ? EX_DATAERR : EX_OK;
}

}  // namespace postern::tool
