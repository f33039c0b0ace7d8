// SPDX-License-Identifier: MIT
#include "plugin/elf_check.h"

#include <elf.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "base/content.h"

namespace postern::plugin {
namespace {

constexpr std::string_view entry_name = "postern_plugin_entry";

// What belongs to the host alone: processes, signals, and everything a whole process shares.
constexpr std::array<std::string_view, 27> denied_imports = {
    "_exit",  "atexit",    "chdir",     "dlclose",   "execl",  "execle",      "execlp",      "execv",        "execve",
    "execvp", "exit",      "fchdir",    "fork",      "getopt", "popen",       "posix_spawn", "posix_spawnp", "putenv",
    "setenv", "setlocale", "setrlimit", "sigaction", "signal", "sigprocmask", "system",      "umask",        "vfork"};

// The file as a row of records; anything outside of it does not exist.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  template <class Record>
  std::optional<Record> at(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(Record)) return std::nullopt;
    Record record;
    std::memcpy(&record, bytes_.data() + offset, sizeof record);
    return record;
  }
  template <class Record>
  std::optional<std::vector<Record>> table(uint64_t offset, uint64_t count) const {
    if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(Record)) return std::nullopt;
    std::vector<Record> records(count);
    if (count > 0) std::memcpy(records.data(), bytes_.data() + offset, count * sizeof(Record));
    return records;
  }
  // A NUL-terminated name inside a string table.
  std::optional<std::string> name(const Elf64_Shdr& strings, uint64_t index) const {
    if (strings.sh_offset > bytes_.size() || strings.sh_size > bytes_.size() - strings.sh_offset) return std::nullopt;
    const std::string_view all = bytes_.substr(strings.sh_offset, strings.sh_size);
    if (index >= all.size()) return std::nullopt;
    const size_t end = all.find('\0', index);
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(all.substr(index, end - index));
  }

 private:
  std::string_view bytes_;
};

struct Symbols {
  std::vector<std::string> exported, imported;
};

// The header of this very program: what a library must look like to run in it.
std::optional<Elf64_Ehdr> own_header() {
  const base::UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  Elf64_Ehdr header;
  if (!self || ::pread(self.get(), &header, sizeof header, 0) != ssize_t{sizeof header}) return std::nullopt;
  return header;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < 10; ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > 10) text += " and " + std::to_string(names.size() - 10) + " more";
  return text;
}

std::optional<Symbols> dynamic_symbols(const Image& image, const Elf64_Ehdr& header) {
  if (header.e_shentsize != sizeof(Elf64_Shdr)) return std::nullopt;
  const auto sections = image.table<Elf64_Shdr>(header.e_shoff, header.e_shnum);
  if (!sections) return std::nullopt;
  const auto found =
      std::find_if(sections->begin(), sections->end(), [](const auto& s) { return s.sh_type == SHT_DYNSYM; });
  if (found == sections->end() || found->sh_link >= sections->size()) return std::nullopt;
  const auto table = image.table<Elf64_Sym>(found->sh_offset, found->sh_size / sizeof(Elf64_Sym));
  if (!table) return std::nullopt;
  Symbols symbols;
  for (const Elf64_Sym& symbol : *table) {
    if (symbol.st_name == 0 || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL) continue;
    const auto name = image.name((*sections)[found->sh_link], symbol.st_name);
    if (!name) return std::nullopt;
    const int visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    if (symbol.st_shndx == SHN_UNDEF)
      symbols.imported.push_back(*name);
    else if (visibility == STV_DEFAULT || visibility == STV_PROTECTED)
      symbols.exported.push_back(*name);
  }
  return symbols;
}

void check_symbols(const std::string& path, const Symbols& symbols, Problems& problems) {
  std::vector<std::string> extra, denied;
  for (const std::string& name : symbols.exported)
    if (name != entry_name) extra.push_back(name);
  for (const std::string& name : symbols.imported)
    if (std::find(denied_imports.begin(), denied_imports.end(), name) != denied_imports.end()) denied.push_back(name);
  if (extra.size() == symbols.exported.size())
    add_error(problems, "PLUGIN-NO-ENTRY", path + " refused: it does not export " + std::string(entry_name),
              "this is not a Postern plug-in; if it is yours, use POSTERN_PLUGIN() and postern_add_plugin()");
  else if (!extra.empty())
    add_error(problems, "PLUGIN-EXTRA-SYMBOLS",
              path + " refused: beside " + std::string(entry_name) + " it exports " + joined(extra) +
                  "; another plug-in could bind to them",
              "the vendor must link it with the version script of postern_add_plugin()");
  if (!denied.empty())
    add_warning(problems, "PLUGIN-FORBIDDEN-IMPORT", path + " imports what plug-ins must not call: " + joined(denied),
                "ask the vendor; commands are run through the service postern.spawn/1");
}

// Without the program header PT_GNU_STACK the loader makes the stacks of the whole process executable.
void check_stack(const std::string& path, const Image& image, const Elf64_Ehdr& header, Problems& problems) {
  const auto segments = image.table<Elf64_Phdr>(header.e_phoff, header.e_phnum);
  if (!segments || header.e_phentsize != sizeof(Elf64_Phdr)) {
    add_error(problems, "PLUGIN-ELF-BROKEN", path + " refused: its program headers lie outside of the file",
              "install it again");
    return;
  }
  for (const Elf64_Phdr& segment : *segments)
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) == 0) return;
  add_error(problems, "PLUGIN-EXEC-STACK", path + " refused: it asks for an executable stack",
            "the vendor must link it with -z noexecstack");
}

}  // namespace

Problems check_elf(const std::string& path) {
  try {
    base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw std::system_error(errno, std::generic_category(), "open");
    const base::Content content(std::move(file));
    return check_elf(path, content.bytes());
  } catch (const std::system_error& failure) {
    Problems problems;
    add_error(problems, "PLUGIN-ELF-UNREADABLE", path + " cannot be read: " + failure.what(), "check its permissions");
    return problems;
  }
}

Problems check_elf(const std::string& path, std::string_view bytes) {
  Problems problems;
  const Image image(bytes);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_DYN) {
    add_error(problems, "PLUGIN-ELF-FORMAT", path + " refused: not an ELF shared library",
              "a plug-in is a .so file; scripts and archives are not");
    return problems;
  }
  const auto own = own_header();
  const bool same_class = header->e_ident[EI_CLASS] == ELFCLASS64;
  if (!same_class ||
      (own && (header->e_machine != own->e_machine || header->e_ident[EI_DATA] != own->e_ident[EI_DATA]))) {
    add_error(problems, "PLUGIN-ELF-MACHINE",
              path + " refused: built for " + (same_class ? "64" : "32") + "-bit machine type " +
                  std::to_string(header->e_machine) + ", this program is machine type " +
                  std::to_string(own ? own->e_machine : 0),
              "install the vendor's package for this architecture");
    return problems;
  }
  const auto symbols = dynamic_symbols(image, *header);
  if (!symbols) {
    add_error(problems, "PLUGIN-ELF-BROKEN", path + " refused: its symbol table is missing or lies outside of the file",
              "install it again; strip is allowed, sstrip is not");
    return problems;
  }
  check_symbols(path, *symbols, problems);
  check_stack(path, image, *header, problems);
  return problems;
}

}  // namespace postern::plugin
