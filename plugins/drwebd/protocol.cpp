// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>

namespace postern::drwebd {
namespace {

using support::Outcome;
using support::ScanVerdict;

constexpr uint32_t scan_command = 1, version_command = 2;
// With names; the mail itself stays as it is.
constexpr uint32_t return_viruses = 1u << 0, heuristic_on = 1u << 3, is_a_mail = 1u << 19, do_not_change = 1u << 21;

struct Bits {
  uint32_t mask;
  Outcome outcome;
  const char* meaning;
};
// In the order in which they count: a virus that was found is one also where something else went wrong.
constexpr Bits table[] = {
    {0x20 | 0x40 | 0x80, Outcome::infected, "a known, a suspected or a modified virus"},
    {0x400000 | 0x800000 | 0x1000000 | 0x2000000 | 0x4000000, Outcome::infected, "adware, a dialer, a joke, riskware or a hacktool"},
    {0x1 | 0x2 | 0x4 | 0x10 | 0x8000, Outcome::failed, "the daemon could not read, write, get memory, or understand"},
    {0x200000, Outcome::failed, "its licence does not allow it"},
    {0x2000 | 0x4000 | 0x40000, Outcome::incomplete, "too large, too much compressed, or nested too deep for it"},
    {0x8 | 0x200 | 0x400 | 0x800 | 0x1000, Outcome::incomplete, "damaged, too slow to read, or skipped"}};
constexpr uint32_t clean = 0x100000, evaluation_key = 0x10000;

constexpr size_t longest_line = 4096, longest_name = 200, most_lines = 1000;

void append(std::string& to, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift & 0xff);
}
uint32_t number_at(std::string_view bytes, size_t at) {
  uint32_t n = 0;
  for (size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(bytes[at + i]);
  return n;
}

// "DATA[123]>a.exe infected with Win32.X" and "Win32.X" are Win32.X.
std::string name_in(std::string_view line) {
  constexpr std::string_view mark = "infected with ";
  line = line.substr(0, line.find('\0'));
  if (const size_t at = line.rfind(mark); at != std::string_view::npos) line.remove_prefix(at + mark.size());
  while (!line.empty() && (line.back() == ' ' || line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return std::string(line.substr(0, longest_name));
}

}  // namespace

std::string scan_head(size_t size, bool is_mail, bool heuristics) {
  std::string head;
  append(head, scan_command);
  append(head, return_viruses | do_not_change | (is_mail ? is_a_mail : 0) | (heuristics ? heuristic_on : 0));
  append(head, 0);  // the length of a path: it is not to open a file
  append(head, static_cast<uint32_t>(size));
  return head;
}

std::string version_request() {
  std::string request;
  append(request, version_command);
  return request;
}

ScanVerdict meaning(uint32_t result) {
  for (const Bits& bits : table)
    if (result & bits.mask) return {bits.outcome, {}, bits.meaning};
  if ((result & ~evaluation_key) == clean) return {Outcome::clean, {}, {}};
  return {Outcome::failed, {}, "its result " + std::to_string(result) + " is unknown"};
}

bool AnswerReader::put(std::string_view bytes) {
  all_ += bytes;
  if (all_.size() < 8) return false;
  verdict_ = meaning(number_at(all_, 0));
  const uint32_t lines = number_at(all_, 4);
  if (lines > most_lines) throw BadAnswer("it announces " + std::to_string(lines) + " viruses");
  verdict_.names.clear();
  size_t at = 8;
  for (uint32_t n = 0; n < lines; ++n) {
    if (all_.size() - at < 4) return false;
    const uint32_t length = number_at(all_, at);
    if (length > longest_line) throw BadAnswer("a name is " + std::to_string(length) + " bytes long");
    if (all_.size() - at - 4 < length) return false;
    std::string name = name_in(std::string_view(all_).substr(at + 4, length));
    if (!name.empty() && std::find(verdict_.names.begin(), verdict_.names.end(), name) == verdict_.names.end()) verdict_.names.push_back(std::move(name));
    at += 4 + length;
  }
  if (at != all_.size()) throw BadAnswer("more comes than it announces");
  if (!verdict_.names.empty() && verdict_.outcome == Outcome::clean) verdict_.outcome = Outcome::infected;
  if (verdict_.names.empty() && verdict_.outcome == Outcome::infected) verdict_.names.emplace_back("unnamed");
  return true;
}

ScanVerdict AnswerReader::verdict() const { return verdict_; }

}  // namespace postern::drwebd
