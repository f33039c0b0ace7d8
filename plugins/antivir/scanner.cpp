// SPDX-License-Identifier: MIT
#include "scanner.h"

namespace postern::antivir {
namespace {

using support::Outcome;

constexpr support::ExitCode table[] = {
    {0, Outcome::clean, "nothing was found"},
    {1, Outcome::infected, "a virus in a file or boot sector"},
    {2, Outcome::failed, "a virus in memory: the machine is not to be trusted"},
    {100, Outcome::failed, "only its help was shown"},
    {101, Outcome::infected, "a macro in a document"},
    {102, Outcome::failed, "it had run already today, and did nothing"},
    {200, Outcome::failed, "out of memory"},
    {201, Outcome::failed, "the response file was not found"},
    {202, Outcome::failed, "a response file inside of a response file"},
    {203, Outcome::failed, "an unknown option"},
    {204, Outcome::failed, "the directory was not found"},
    {205, Outcome::failed, "the report cannot be written"},
    {210, Outcome::failed, "a library is missing"},
    {211, Outcome::failed, "the self-check failed"},
    {212, Outcome::failed, "the virus definitions are missing or unreadable"},
    {213, Outcome::failed, "it could not begin"},
    {214, Outcome::failed, "no licence key: it says this whether it finds something or not"},
};

// "  ALERT: [Eicar-Test-Signatur virus] /x/part", "ALERT: 'Name' …", "VIRUS: file contains code of the virus 'X'".
std::string name_in(std::string_view line) {
  if (line.find("ALERT:") != std::string_view::npos) {
    const std::string_view behind = line.substr(line.find("ALERT:"));
    for (const auto& [open, close] : {std::pair("[", "]"), {"'", "'"}, {"\"", "\""}})
      if (std::string name = support::between(behind, open, close); !name.empty()) return name;
    return "unnamed";
  }
  if (line.find("VIRUS:") == std::string_view::npos) return {};
  std::string name = support::between(line, "virus ", "");
  std::erase_if(name, [](char c) { return c == '\'' || c == '"'; });
  return name.empty() ? "unnamed" : name;
}

}  // namespace

std::span<const support::ExitCode> Vendor::exit_codes() { return table; }

std::vector<std::string> Vendor::names_of(std::string_view output) { return support::names_in_lines(output, name_in); }

}  // namespace postern::antivir
