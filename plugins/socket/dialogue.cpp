// SPDX-License-Identifier: MIT
#include "dialogue.h"

#include <re2/re2.h>

#include <utility>
#include <vector>

#include "presets.h"

namespace postern::socket {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

std::string text_of(const Config& config, const char* option, const char* Preset::*preset) {
  if (config.has(option)) return config.text(option);
  const Preset* p = preset_of(config);
  return p ? p->*preset : "";
}

// The options that are patterns.
constexpr std::pair<const char*, std::pair<const char * Preset::*, Pattern Dialogue::*>> patterns[] = {
    {"greeting", {&Preset::greeting, &Dialogue::greeting}},       {"infected", {&Preset::infected, &Dialogue::infected}},
    {"clean", {&Preset::clean, &Dialogue::clean}},                {"encrypted", {&Preset::encrypted, &Dialogue::encrypted}},
    {"incomplete", {&Preset::incomplete, &Dialogue::incomplete}}, {"ignore", {&Preset::ignore, &Dialogue::ignored}},
    {"last", {&Preset::last, &Dialogue::last}}};

}  // namespace

Pattern::Pattern(const std::string& text) {
  if (text.empty()) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // what a daemon says may be anything
  pattern_ = std::make_unique<const re2::RE2>(text, options);
}
Pattern::Pattern() = default;
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

std::string Pattern::error() const { return pattern_ ? pattern_->error() : ""; }

bool Pattern::fits(std::string_view line) const { return pattern_ && re2::RE2::PartialMatch(piece(line), *pattern_); }

std::optional<std::string> Pattern::name_in(std::string_view line) const {
  if (!pattern_) return std::nullopt;
  std::vector<re2::StringPiece> groups(static_cast<size_t>(pattern_->NumberOfCapturingGroups()) + 1);
  if (!pattern_->Match(piece(line), 0, line.size(), re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) return std::nullopt;
  for (size_t n = 1; n < groups.size(); ++n)
    if (!groups[n].empty()) return std::string(groups[n].data(), groups[n].size());
  return "";
}

bool Dialogue::wants_a_file() const {
  return query.find("{path}") != std::string::npos || query.find("{directory}") != std::string::npos;
}

const Preset* preset_of(const Config& config) {
  const auto chosen = static_cast<size_t>(config.number("preset"));
  return chosen == 0 ? nullptr : &presets()[chosen - 1];
}

Dialogue dialogue_of(const Config& config) {
  Dialogue dialogue;
  dialogue.query = text_of(config, "query", &Preset::query);
  for (const auto& [option, members] : patterns) dialogue.*members.second = Pattern(text_of(config, option, members.first));
  const Preset* preset = preset_of(config);
  dialogue.half_close = config.flag("half-close") || (preset && preset->half_close);
  return dialogue;
}

void validate_dialogue(const Config& config) {
  const Dialogue dialogue = dialogue_of(config);
  if (dialogue.query.empty()) config.reject("query", "what is the daemon asked? Name a preset, or write it down: \"SCAN {path}\\n\"");
  else if (!dialogue.wants_a_file() && dialogue.query.find("{bytes}") == std::string::npos)
    config.reject("query", "does not hold the part: {path} or {directory} for a daemon that opens files, {bytes} for one that is sent them");
  for (const auto& [option, members] : patterns)
    if (const std::string error = (dialogue.*members.second).error(); !error.empty())
      config.reject(option, "not a regular expression: " + error);
  for (const char* needed : {"infected", "clean"})
    if (!config.has(needed) && !preset_of(config)) config.reject(needed, "how does a line begin that says so? A regular expression");
}

}  // namespace postern::socket
