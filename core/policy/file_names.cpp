// SPDX-License-Identifier: MIT
#include "policy/file_names.h"

#include <utf8proc.h>

#include <postern/support/ascii.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>

#include "base/utf8.h"

namespace postern::policy {
namespace {

using support::hex_digit;
using support::lower;

// Longer names can be opened nowhere: a path of Windows has at most 32,767 characters. Bounds the work, not the mail.
constexpr size_t max_name_size = 32 * 1024;
// So many blanks push the rest of a name out of sight; some readers cut it there.
constexpr std::string_view blank_run = "        ";
constexpr std::string_view separators = "/\\";

// Readings in the order they are found; says no when there is room for no more.
class Collection {
 public:
  bool add(std::string_view text);
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

bool is_plain(std::string_view name);
std::vector<std::string> forms(std::string_view name);
std::vector<std::string> texts(std::string_view form);
std::string normal(const std::string& text);
std::string without_look_alikes(std::string_view text);
bool add_cuts(Collection& all, std::string_view text);

}  // namespace

std::vector<std::string> readings(std::string_view name) {
  if (is_plain(name)) return {std::string(name)};
  std::vector<std::string> normalised;
  for (const std::string& form : forms(name))
    for (const std::string& text : texts(form)) normalised.push_back(normal(text));
  Collection all;
  for (const std::string& text : normalised)
    if (!add_cuts(all, text)) return all.take();
  for (const std::string& text : normalised)
    if (!add_cuts(all, without_look_alikes(text))) break;
  return all.take();
}

namespace {

// Most names, and all that is asked of them is a look: these have one reading, themselves.
bool is_plain(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.back() == '.' || name.back() == ' ' || name.front() == ' ')
    return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return c >= ' ' && c < 0x7F &&
                              std::string_view("%/\\:<>\"|?*").find(c) == std::string_view::npos;
                     }) &&
         name.find(blank_run) == std::string_view::npos;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Head and tail of what is longer than max: an extension stands at the end, what a person sees at the beginning. Whole
// characters.
std::string shortened(std::string_view text, size_t max) {
  static constexpr std::string_view gap = "\xE2\x80\xA6";  // U+2026
  if (text.size() <= max) return std::string(text);
  size_t head = (max - gap.size()) / 2, tail = text.size() - (max - gap.size()) / 2;
  for (int i = 0; i < 3 && is_continuation(text[head]); ++i) --head;
  for (int i = 0; i < 3 && is_continuation(text[tail]); ++i) ++tail;
  std::string out(text.substr(0, head));
  return out.append(gap).append(text.substr(tail));
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!is_escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

void add_form(std::vector<std::string>& all, std::string_view form) {
  std::string bounded = shortened(form, max_name_size);
  if (std::find(all.begin(), all.end(), bounded) == all.end()) all.push_back(std::move(bounded));
}

// A NUL ends a name for programs in C, a line end for others; a third kind leaves them out. All sides may be meant.
void add_sides(std::vector<std::string>& all, std::string_view bytes) {
  static constexpr std::string_view ends("\0\r\n", 3);
  const size_t first = bytes.find_first_of(ends);
  if (first == std::string_view::npos) return add_form(all, bytes);
  std::string joined;
  std::copy_if(bytes.begin(), bytes.end(), std::back_inserter(joined),
               [](char c) { return ends.find(c) == ends.npos; });
  add_form(all, joined);
  add_form(all, bytes.substr(0, first));
  add_form(all, bytes.substr(bytes.find_last_of(ends) + 1));
}

// The bytes that could be meant: as they stand, and with %2E and the like decoded, as a URI would be.
std::vector<std::string> forms(std::string_view name) {
  std::vector<std::string> all;
  add_sides(all, name);
  if (name.find('%') != name.npos) add_sides(all, percent_decoded(name));
  return all;
}

void append_utf8(std::string& out, uint32_t code) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

// Bytes that are not UTF-8 are read as Latin-1, or left out as some readers do. Other 8-bit character sets (CP437 in
// archives) differ from Latin-1 in letters only that no extension has, and would cost a place each.
std::vector<std::string> texts(std::string_view form) {
  std::string valid, latin1;
  for (std::string_view rest = form; !rest.empty();) {
    const base::Utf8 c = base::next_utf8(rest);
    if (c.valid) valid.append(rest.substr(0, c.length));
    rest.remove_prefix(c.length);
  }
  if (valid.size() == form.size()) return {valid};
  for (const char c : form) append_utf8(latin1, static_cast<unsigned char>(c));
  return {latin1, valid};
}

// Before NFKC: line and paragraph separator and the empty Braille pattern are blanks to the eye, which NFKC leaves as
// they are. Of marks on one letter thirty stay (UAX 15, Stream-Safe Text): to sort them costs the square of their
// number.
utf8proc_int32_t prepared(utf8proc_int32_t code, void* marks_so_far) {
  int& marks = *static_cast<int*>(marks_so_far);
  const utf8proc_property_t* of = utf8proc_get_property(code);
  const bool is_mark = of->category == UTF8PROC_CATEGORY_MN || of->category == UTF8PROC_CATEGORY_ME ||
                       of->combining_class != 0 || code == 0xFF9E ||
                       code == 0xFF9F;  // half-width marks that count as letters
  const bool vanishes = of->ignorable || of->category == UTF8PROC_CATEGORY_CC;
  if (is_mark && ++marks > 30) return 0x200B;
  if (!is_mark && !vanishes) marks = 0;
  return code == 0x2028 || code == 0x2029 || code == 0x2800 ? ' ' : code;
}

// NFKC without what nobody sees: control and default-ignorable characters, among them all that turn the direction of
// writing.
std::string normal(const std::string& text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; })) return text;
  static constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                                 UTF8PROC_IGNORE | UTF8PROC_STRIPCC);
  int marks = 0;
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                          static_cast<utf8proc_ssize_t>(text.size()), &out, options, prepared, &marks);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(out, &std::free);
  if (size < 0) throw std::bad_alloc();  // the text is valid UTF-8 and bounded: nothing else can go wrong
  return {reinterpret_cast<const char*>(out), static_cast<size_t>(size)};
}

// Letters of other scripts, and a few rare Latin ones, by the letter they pass for. Small capitals count: rules ignore
// case.
struct LookAlike {
  char latin;
  std::u32string_view others;
};
constexpr LookAlike look_alikes[] = {
    {'A', U"\u0391\u0410"},
    {'a', U"\u03B1\u0430\u0251"},
    {'B', U"\u0392\u0412"},
    {'b', U"\u0432\u044C\u0299"},
    {'C', U"\u0421"},
    {'c', U"\u03C2\u0441"},
    {'d', U"\u0501"},
    {'E', U"\u0395\u0415"},
    {'e', U"\u03B5\u0435\u04BD"},
    {'F', U"\u03DC"},
    {'f', U"\u0192"},
    {'G', U"\u050C"},
    {'g', U"\u0261\u0262\u050D"},
    {'H', U"\u0397\u041D\u04BA"},
    {'h', U"\u04BB\u043D\u029C"},
    {'I', U"\u0399\u0406\u04C0"},
    {'i', U"\u03B9\u0131\u0269\u026A\u0456"},
    {'J', U"\u037F\u0408"},
    {'j', U"\u03F3\u0458\u0237"},
    {'K', U"\u039A\u041A"},
    {'k', U"\u03BA\u043A"},
    {'l', U"\u04CF\u029F\u01C0"},
    {'M', U"\u039C\u041C"},
    {'m', U"\u043C"},
    {'N', U"\u039D"},
    {'n', U"\u03B7\u043F\u0274"},
    {'O', U"\u039F\u041E"},
    {'o', U"\u03BF\u03C3\u043E"},
    {'P', U"\u03A1\u0420"},
    {'p', U"\u03C1\u0440"},
    {'Q', U"\u051A"},
    {'q', U"\u051B"},
    {'r', U"\u0433\u0280"},
    {'S', U"\u0405"},
    {'s', U"\u0455"},
    {'T', U"\u03A4\u0422"},
    {'t', U"\u03C4\u0442"},
    {'u', U"\u03C5\u028B"},
    {'V', U"\u0474"},
    {'v', U"\u03BD\u0475"},
    {'W', U"\u051C"},
    {'w', U"\u03C9\u0461\u051D"},
    {'X', U"\u03A7\u0425"},
    {'x', U"\u03C7\u0445"},
    {'Y', U"\u03A5\u0423\u04AE"},
    {'y', U"\u03B3\u0443\u04AF\u028F"},
    {'Z', U"\u0396"},
    {'.', U"\u0660\u06F0\u0701\u0702"},
};

constexpr auto latin_of = [] {
  std::array<char, 0x703> table{};
  for (const LookAlike& letter : look_alikes)
    for (const char32_t other : letter.others) table[other] = letter.latin;
  return table;
}();

std::string without_look_alikes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (c.code < latin_of.size() && latin_of[c.code] != 0)
      out += latin_of[c.code];
    else
      out.append(text.substr(0, c.length));
    text.remove_prefix(c.length);
  }
  return out;
}

// Windows drops blanks and dots at the end of a name; blanks before it are nobody's intention.
std::string_view trimmed(std::string_view text) {
  const size_t last = text.find_last_not_of(" .");
  if (last == std::string_view::npos) return text.substr(0, text.find(' '));  // "..": there is nothing else
  const size_t first = text.find_first_not_of(' ');
  return text.substr(first, last - first + 1);
}

// Behind the last / or \: every system has its own idea of which of them counts.
std::string_view last_component(std::string_view text) {
  const size_t last = text.find_last_not_of("/\\ .");
  if (last == std::string_view::npos) return text;
  const size_t end = text.find_first_of(separators, last);
  text = text.substr(0, end);
  return text.substr(text.find_last_of(separators) + 1);
}

// NTFS: "a.exe::$DATA" is a.exe. A colon with a blank behind it is a sentence ("Re: your offer.pdf"), one behind a
// letter a drive.
std::string_view without_stream(std::string_view text) {
  const size_t drive = text.size() > 1 && text[1] == ':' && lower(text[0]) >= 'a' && lower(text[0]) <= 'z' ? 2 : 0;
  const size_t colon = text.find(':', drive);
  return colon == text.npos || colon == 0 || text.substr(colon + 1).starts_with(' ') ? text : text.substr(0, colon);
}

// Readers for Windows take out what no name there may hold.
std::string without_forbidden(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return std::string_view("<>\"|?*").find(c) == std::string_view::npos; });
  return out;
}

// The whole first; then what is left of it when more and more is cut.
bool add_cuts(Collection& all, std::string_view text) {
  const std::string_view name = last_component(text), main = without_stream(name);
  return all.add(text) && all.add(name) && all.add(main) && all.add(main.substr(0, main.find(blank_run))) &&
         all.add(name.substr(0, name.find(blank_run))) && all.add(without_forbidden(name)) &&
         all.add(without_forbidden(main));
}

bool Collection::add(std::string_view text) {
  std::string reading = shortened(trimmed(text), max_reading_size);
  if (reading.empty() || std::find(texts_.begin(), texts_.end(), reading) != texts_.end()) return true;
  texts_.push_back(std::move(reading));
  return texts_.size() < max_readings;
}

}  // namespace
}  // namespace postern::policy
