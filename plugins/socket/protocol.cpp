// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>
#include <utility>

namespace postern::socket {
namespace {

constexpr size_t longest_line = 64 << 10, longest_answer = 1 << 20, most_names = 100, longest_name = 200;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
}

std::string trimmed(std::string_view name) {
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  name = name.substr(0, longest_name);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  return std::string(name);
}

}  // namespace

Question::Question(const std::string& query, const Subject& subject) : size_(std::to_string(subject.bytes.size())) {
  const std::pair<std::string_view, std::string_view> places[] = {
      {"{path}", subject.path}, {"{directory}", subject.directory}, {"{size}", size_}, {"{bytes}", subject.bytes}};
  for (std::string_view rest = query; !rest.empty();) {
    const auto place = std::find_if(std::begin(places), std::end(places), [&](const auto& p) { return rest.starts_with(p.first); });
    if (place != std::end(places)) {
      pieces_.push_back(place->second);
      rest.remove_prefix(place->first.size());
      continue;
    }
    const size_t length = std::min(rest.find('{', 1), rest.size());
    pieces_.push_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
}

bool Answer::put(std::string_view bytes) {
  constexpr std::string_view ends("\n\0", 2);
  if ((size_ += bytes.size()) > longest_answer) return problem_ = "it answers without end", true;
  while (!is_complete_ && !bytes.empty()) {
    const size_t end = bytes.find_first_of(ends);
    rest_ += bytes.substr(0, end);
    if (rest_.size() > longest_line) return problem_ = "it answers with an endless line", true;
    if (end == std::string_view::npos) return false;
    bytes.remove_prefix(end + 1);
    is_complete_ = take_line(std::exchange(rest_, {}));
  }
  return is_complete_;
}

bool Answer::end() {
  if (!rest_.empty()) is_complete_ = take_line(std::exchange(rest_, {})) || is_complete_;
  return is_complete_ || !dialogue_.last;
}

// Infected before everything else: the other words may be part of a name, the name of a member of an archive say.
bool Answer::take_line(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return dialogue_.last.fits(line) && (says_clean_ || says_infected_);
  std::string text(line);
  replace_all(text, subject_.path, "{path}");
  replace_all(text, subject_.directory, "{directory}");
  if (const auto name = dialogue_.infected.name_in(text)) {
    says_infected_ = true;
    if (const std::string n = trimmed(*name); !n.empty() && names_.size() < most_names && std::find(names_.begin(), names_.end(), n) == names_.end())
      names_.push_back(n);
  } else if (dialogue_.encrypted.fits(text)) {
    if (encrypted_.empty()) encrypted_ = text;
  } else if (dialogue_.incomplete.fits(text)) {
    if (incomplete_.empty()) incomplete_ = text;
  } else if (dialogue_.clean.fits(text)) {
    says_clean_ = true;
  } else if (!dialogue_.ignored.fits(text)) {
    if (problem_.empty()) problem_ = "it says: " + text.substr(0, 300);
  }
  return dialogue_.last.fits(text);
}

support::ScanVerdict Answer::verdict() const {
  using support::Outcome;
  support::ScanVerdict v;
  v.names = names_;
  if (says_infected_ && names_.empty()) v.names.emplace_back("unnamed");
  if (!problem_.empty()) v.why = problem_;
  else if (says_infected_) v.outcome = Outcome::infected;
  else if (!encrypted_.empty()) v.outcome = Outcome::encrypted, v.why = encrypted_;
  else if (!incomplete_.empty()) v.outcome = Outcome::incomplete, v.why = incomplete_;
  else if (says_clean_) v.outcome = Outcome::clean;
  else v.why = "it says neither that it is clean nor anything else";
  return v;
}

}  // namespace postern::socket
