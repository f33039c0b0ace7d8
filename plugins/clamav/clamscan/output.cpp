// SPDX-License-Identifier: MIT
#include "output.h"

#include <algorithm>
#include <charconv>

#include "protocol.h"

namespace postern::clamscan {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text.substr(0, 200)) + "\""; }

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// "FOLDER/7: rest"; the number as we have written it.
std::optional<size_t> take_file(std::string_view& line, std::string_view folder, size_t files) {
  if (!line.starts_with(folder) || !line.substr(folder.size()).starts_with('/')) return std::nullopt;
  std::string_view rest = line.substr(folder.size() + 1);
  const size_t colon = rest.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = rest.substr(0, colon);
  size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || number >= files || name != std::to_string(number)) return std::nullopt;
  line = rest.substr(colon + 2);
  return number;
}

std::optional<Answer> parse_answer(std::string_view text) {
  if (text == "OK") return Answer{};
  if (!text.ends_with(" FOUND")) return std::nullopt;
  text.remove_suffix(6);
  if (!clamav::is_signature_name(text)) return std::nullopt;
  return Answer{std::string(text)};
}

// The first thing that is not as it must be; an answer that is understood counts whatever comes after it.
std::string read_answers(std::string_view printed, std::string_view folder, Output& output) {
  std::string problem;
  const auto complain = [&](std::string text) {
    if (problem.empty()) problem = std::move(text);
  };
  while (!printed.empty()) {
    const bool is_whole = printed.find('\n') != std::string_view::npos;
    const std::string_view whole = take_line(printed);
    if (!is_whole) {
      complain("its last line is cut: " + quoted(whole));
      break;
    }
    std::string_view line = whole;
    const auto file = take_file(line, folder, output.answers.size());
    const auto answer = file ? parse_answer(line) : std::nullopt;
    if (!answer) {
      complain("it says " + quoted(whole));
      continue;
    }
    std::optional<Answer>& known = output.answers[*file];
    if (known) complain("it answers twice: " + quoted(whole));
    if (!known || known->signature.empty()) known = answer;  // what was found once stays found
  }
  return problem;
}

std::string last_line(std::string_view text) {
  std::string_view last;
  while (!text.empty())
    if (const std::string_view line = take_line(text); !line.empty()) last = line;
  return std::string(last.substr(0, 200));
}

std::string with_reason(std::string problem, const Ending& ending) {
  const std::string reason = last_line(ending.errors);
  return reason.empty() ? problem : problem + ": " + reason;
}

// Does it end as what it printed demands?
std::string judge_ending(const Ending& ending, const Output& output) {
  if (ending.output_cut) return "it prints without end";
  if (ending.signal != 0) return "it was ended by signal " + std::to_string(ending.signal);
  if (ending.exit_status == 2) return with_reason("exit code 2, some error occurred", ending);
  if (ending.exit_status != 0 && ending.exit_status != 1) return with_reason("its exit code " + std::to_string(ending.exit_status) + " is unknown", ending);
  const bool has_found = std::any_of(output.answers.begin(), output.answers.end(), [](const auto& a) { return a && !a->signature.empty(); });
  if (has_found == (ending.exit_status == 1)) return {};
  return has_found ? "exit code 0, although it names a virus" : with_reason("exit code 1, although it names no virus", ending);
}

}  // namespace

Output read_output(std::string_view printed, const Ending& ending, std::string_view folder, size_t files) {
  Output output;
  output.answers.resize(files);
  const std::string unreadable = read_answers(printed, folder, output);
  output.problem = judge_ending(ending, output);
  if (output.problem.empty()) output.problem = unreadable;
  if (!output.problem.empty()) return output;
  const auto unanswered = std::count(output.answers.begin(), output.answers.end(), std::nullopt);
  if (unanswered != 0) output.problem = with_reason("of " + std::to_string(unanswered) + " files it says nothing", ending);
  return output;
}

}  // namespace postern::clamscan
