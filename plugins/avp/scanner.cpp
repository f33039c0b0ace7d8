// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <unistd.h>

namespace postern::avp {
namespace {

using support::Outcome;

// aveserver's client (kav4mailservers 5). 6 and 8, which amavisd-new takes for clean, are not: nobody says what they mean.
constexpr support::ExitCode aveclient[] = {
    {0, Outcome::clean, "no virus"},
    {2, Outcome::infected, "a virus, or something suspicious, damaged or protected"},
    {3, Outcome::infected, "a virus, or something suspicious, damaged or protected"},
    {4, Outcome::infected, "a virus, or something suspicious, damaged or protected"},
    {5, Outcome::infected, "a virus, or something suspicious, damaged or protected"},
    {6, Outcome::incomplete, "not documented"},
    {8, Outcome::incomplete, "not documented"},
};

// AvpLinux: "-* -P -B -Y -O-".
constexpr support::ExitCode avp[] = {
    {0, Outcome::clean, "no virus"},
    {1, Outcome::incomplete, "the scan is not complete"},
    {2, Outcome::infected, "not documented; amavisd-new takes it for a virus"},
    {3, Outcome::infected, "a suspicious object"},
    {4, Outcome::infected, "a virus"},
    {5, Outcome::infected, "a virus that was deleted"},
    {7, Outcome::failed, "the program file is damaged"},
};

// AvpDaemonClient and its kin, who ask kavdaemon.
constexpr support::ExitCode kavdaemon[] = {
    {0, Outcome::clean, "no virus"},
    {1, Outcome::incomplete, "the scan is not complete"},
    {3, Outcome::infected, "a suspicious object"},
    {4, Outcome::infected, "a virus"},
    {5, Outcome::infected, "a virus that was deleted"},
    {6, Outcome::infected, "not documented; amavisd-new takes it for a virus"},
    {7, Outcome::failed, "the program file is damaged"},
};

// kavscanner, kav4fs-kavscanner 5.5.
constexpr support::ExitCode kavscanner[] = {
    {0, Outcome::clean, "no virus"},
    {5, Outcome::infected, "a virus that was cured"},
    {10, Outcome::encrypted, "a protected object"},
    {15, Outcome::incomplete, "a damaged object"},
    {20, Outcome::infected, "a suspicious object"},
    {21, Outcome::infected, "an object like a virus"},
    {25, Outcome::infected, "a virus"},
};

// "/x/part infected: EICAR-Test-File"
std::string behind_infected(std::string_view line) { return support::between(line, "infected: ", ""); }

// "/x/part INFECTED Trojan.X", "… SUSPICION Y"
std::string behind_word(std::string_view line) {
  for (const char* word : {"INFECTED ", "WARNING ", "SUSPICION ", "SUSPICIOUS "})
    if (std::string name = support::between(line, word, ""); !name.empty()) return name;
  return {};
}

std::vector<std::string> infected_names(std::string_view output) { return support::names_in_lines(output, behind_infected); }
std::vector<std::string> word_names(std::string_view output) { return support::names_in_lines(output, behind_word); }

const Variant& chosen(const Config& config) { return variants()[static_cast<size_t>(config.number("variant"))]; }

std::string program_of(const Config& config) { return config.has("program") ? config.text("program") : chosen(config).program; }

}  // namespace

std::span<const Variant> variants() {
  static const Variant all[] = {
      {"aveclient", "/opt/kav/5.5/kav4mailservers/bin/aveclient", {"-p", "/var/run/aveserver", "-s"}, aveclient, word_names},
      {"avp", "/opt/AVP/AvpLinux", {"-*", "-P", "-B", "-Y", "-O-"}, avp, infected_names},
      {"kavdaemon", "/opt/AVP/AvpDaemonClient", {}, kavdaemon, infected_names},
      {"kavscanner", "/opt/kaspersky/kav4fs/bin/kav4fs-kavscanner", {"-i0", "-xn", "-xp", "-mn", "-R", "-ePASBME"}, kavscanner, word_names},
  };
  return all;
}

void Scanner::validate(const Config& config) {
  const std::string program = program_of(config);
  if (::access(program.c_str(), X_OK) != 0) config.reject("program", program + " cannot be run: install the product, or name its path");
}

Scanner::Scanner(const Config& config) : variant_(chosen(config)), argv_{program_of(config)} {
  const auto given = config.list("arguments");
  argv_.insert(argv_.end(), config.has("arguments") ? given.begin() : variant_.arguments.begin(), config.has("arguments") ? given.end() : variant_.arguments.end());
  argv_.emplace_back("{path}");
}

}  // namespace postern::avp
