// SPDX-License-Identifier: MIT
#include "scanner.h"

namespace postern::mcafee {
namespace {

using support::Outcome;

constexpr support::ExitCode table[] = {
    {0, Outcome::clean, "no virus"},
    {2, Outcome::failed, "the integrity check of the driver failed"},
    {6, Outcome::failed, "a general problem"},
    {8, Outcome::failed, "a driver is missing"},
    {10, Outcome::failed, "a virus in memory: the machine is not to be trusted"},
    {12, Outcome::infected, "a virus that could not be cleaned"},
    {13, Outcome::infected, "a virus or hostile object"},
    {15, Outcome::failed, "the self-check failed"},
    {19, Outcome::infected, "a virus that was cleaned"},
    {102, Outcome::failed, "it was stopped, or could not read or allocate: not examined to the end"},
};

// "Found the X virus !!!", "Found trojan or variant X", "Found: X NOT a virus."
std::string name_in(std::string_view line) {
  if (std::string name = support::between(line, "Found: ", " NOT a virus"); !name.empty()) return name;
  for (const char* kind : {"virus", "trojan"}) {
    const std::string or_variant = std::string("Found ") + kind + " or variant ";
    if (std::string name = support::between(line, or_variant, " !!!"); !name.empty()) return name;
    const std::string end = std::string(" ") + kind;
    if (line.find("Found the ") != std::string_view::npos && line.find(end) != std::string_view::npos)
      return support::between(line, "Found the ", end);
  }
  return {};
}

}  // namespace

std::span<const support::ExitCode> Vendor::exit_codes() { return table; }

std::vector<std::string> Vendor::names_of(std::string_view output) { return support::names_in_lines(output, name_in); }

}  // namespace postern::mcafee
