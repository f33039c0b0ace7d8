// SPDX-License-Identifier: MIT
#include <sysexits.h>

#include <boost/program_options.hpp>
#include <exception>
#include <filesystem>
#include <iostream>

#include "verbs.h"

namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "postern-plugin info FILE [--options]             what the plug-in is; its options as a table for the "
    "configuration\n"
    "postern-plugin validate FILE [--option K=V]...   does it keep the contract?\n"
    "postern-plugin run FILE [--option K=V]... PART   what does it say about the bytes of the file PART?\n";

int misused(const std::string& why) {
  std::cerr << "postern-plugin: " << why << "\n" << usage;
  return EX_USAGE;
}

postern::tool::Options split(const std::vector<std::string>& settings) {
  postern::tool::Options options;
  for (const std::string& setting : settings) {
    const size_t at = setting.find('=');
    if (at == std::string::npos) throw po::error("--option needs NAME=VALUE, not \"" + setting + "\"");
    options.emplace_back(setting.substr(0, at), setting.substr(at + 1));
  }
  return options;
}

int command(int argc, char** argv) {
  po::options_description all("options");
  all.add_options()("help,h", "this text")("options", "info: print the options")(
      "option,o", po::value<std::vector<std::string>>()->composing(), "NAME=VALUE")(
      "words", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  po::variables_map given;
  // Abbreviated names would make "--option" and "--options" guesses of each other.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  po::store(po::command_line_parser(argc, argv).options(all).positional(positional).style(style).run(), given);
  if (given.count("help")) {
    std::cout << usage;
    return EX_OK;
  }
  const auto list = [&](const char* name) {
    return given.count(name) ? given[name].as<std::vector<std::string>>() : std::vector<std::string>();
  };
  const std::vector<std::string> words = list("words");
  const postern::tool::Options options = split(list("option"));
  if (words.size() < 2) return misused("a verb and a file are needed");
  const std::string file = std::filesystem::absolute(words[1]);
  if (words[0] == "info" && words.size() == 2) return postern::tool::info(file, given.count("options") > 0);
  if (words[0] == "validate" && words.size() == 2) return postern::tool::validate(file, options);
  if (words[0] == "run" && words.size() == 3) return postern::tool::run(file, options, words[2]);
  return misused("\"" + words[0] + "\" with " + std::to_string(words.size() - 1) + " words is not a command");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return command(argc, argv);
  } catch (const po::error& wrong) {
    return misused(wrong.what());
  } catch (const std::exception& failure) {
    std::cerr << "postern-plugin: " << failure.what() << "\n";
    return EX_SOFTWARE;
  }
}
