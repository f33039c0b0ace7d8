// SPDX-License-Identifier: MIT
#include "page.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <utility>

#include "data_uri.h"
#include "markup.h"
#include "script.h"

namespace html_plugin {
namespace {

using postern::support::equal_ignoring_case;
using postern::support::trim;

constexpr size_t long_run = 1024;  // of base64 in a script: nobody writes so much by hand
constexpr size_t most_names = 65;  // that scripts give to files; the host keeps one less for a part and marks it

bool starts_with_ignoring_case(std::string_view text, std::string_view word) {
  return equal_ignoring_case(text.substr(0, word.size()), word);
}

class Reader {
 public:
  Page read(std::string_view text) {
    MarkupHandler handler;
    handler.tag = [this](const Tag& tag) { take_tag(tag); };
    handler.script = [this](std::string_view script) { take_script(script); };
    handler.style = [this](std::string_view style) { take_uris(style, {}); };
    handler.text = [this](std::string_view plain) { take_text(plain); };
    read_markup(text, handler);
    finish();
    return std::move(page_);
  }

 private:
  void take_tag(const Tag& tag) {
    page_.is_svg = page_.is_svg || tag.name == "svg";
    page_.is_application = page_.is_application || tag.name == "hta:application";
    const std::string_view name = tag.attribute("download");
    for (const auto& [attribute, value] : tag.attributes) take_attribute(attribute, value, name);
  }

  void take_attribute(const std::string& attribute, const std::string& value, std::string_view name) {
    // Browsers skip line breaks and tabs in a URI, also in the middle of "data:".
    std::string uri(trim(value));
    if (uri.find_first_of("\t\r\n") != uri.npos)
      std::erase_if(uri, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
    if (starts_with_ignoring_case(uri, "javascript:") || starts_with_ignoring_case(uri, "vbscript:")) {
      return take_script(decode_percent(uri.substr(uri.find(':') + 1)));
    }
    if (attribute.starts_with("on")) return take_script(value);
    if (attribute == "srcdoc") {
      add(Encoding::plain, value, "text/html");
      return;
    }
    take_uris(uri, name);
    take_text(value);  // an attribute that a script fetches
  }

  void take_uris(std::string_view text, std::string_view name) {
    for (const DataUri& uri : find_data_uris(text)) {
      // In a URI the letters of base64 may be escaped as well.
      const bool escaped = uri.encoding == Encoding::base64 && uri.data.find('%') != uri.data.npos;
      Found& found = add(uri.encoding, escaped ? decode_percent(uri.data) : std::string(uri.data), uri.type);
      if (name.empty()) continue;
      found.names.emplace_back(name);
      const Kind what = kind(found);
      page_.smuggles = page_.smuggles || (what != Kind::media && what != Kind::text);  // a table to save is a service
    }
  }

  void take_script(std::string_view text) {
    if (trim(text).empty()) return;
    page_.has_script = true;
    Script script = read_script(text);
    builds_files_ = builds_files_ || script.builds_files;
    for (std::string& name : script.names)
      if (names_.size() < most_names && std::find(names_.begin(), names_.end(), name) == names_.end())
        names_.push_back(std::move(name));
    for (std::string& bytes : script.bytes) {
      const Kind what = kind_of(bytes);
      if (what == Kind::payload || bytes.size() >= long_run) add_hidden(Encoding::plain, std::move(bytes), what);
    }
    for (Literal& literal : script.literals) take_literal(literal);
  }

  void take_literal(Literal& literal) {
    take_uris(literal.value, {});
    if (kind_of(literal.value) == Kind::payload)
      return add_hidden(Encoding::plain, std::move(literal.value), Kind::payload);
    const auto guess = guess_encoding(literal.value);
    if (!guess) return;
    const auto [encoding, what] = best_reading(*guess, literal.value);
    const bool is_long = literal.value.size() >= long_run && !literal.of_scraps;
    if (what == Kind::payload || (what == Kind::markup && encoding != Encoding::hexadecimal) || is_long)
      add_hidden(encoding, std::move(literal.value), what);
  }

  // Digits and the letters up to "f" are base64 too, and scripts like to turn strings around.
  static std::pair<Encoding, Kind> best_reading(Encoding guess, std::string_view text) {
    std::pair<Encoding, Kind> best{guess, Kind::unknown};
    for (const Encoding e : {guess, Encoding::base64, Encoding::base64_reversed}) {
      if (e != guess && guess != Encoding::hexadecimal && guess != Encoding::base64) break;
      const Kind what = kind_of(decode(e, text, kind_window));
      if (what == Kind::payload) return {e, what};
      if (best.second == Kind::unknown) best = {e, what};
      if (best.second == Kind::unknown) best.first = guess;
    }
    return best;
  }

  // Text that a script may fetch from the page: only what is a file beyond doubt.
  void take_text(std::string_view text) {
    if (text.size() < shortest_literal * 4) return;
    text = trim(text);
    if (text.size() < shortest_literal * 4 || !is_base64(text[0])) return;
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return !is_base64(c) && c != '=' && !postern::support::is_white(c); }))
      return;
    const auto [encoding, what] = best_reading(guess_encoding(text).value_or(Encoding::base64), text);
    if (what == Kind::payload) add_hidden(encoding, std::string(text), what);
  }

  Found& add(Encoding encoding, std::string text, std::string type) {
    Found& found = page_.found.emplace_back();
    found.encoding = encoding;
    found.text = std::move(text);
    found.type = std::move(type);
    return found;
  }

  void add_hidden(Encoding encoding, std::string text, Kind what) {
    add(encoding, std::move(text), {});
    if (what != Kind::media) hidden_.push_back(page_.found.size() - 1);
  }

  static Kind kind(const Found& found) { return kind_of(decode(found.encoding, found.text, kind_window)); }

  void finish() {
    page_.smuggles = page_.smuggles || (builds_files_ && !hidden_.empty());
    for (const size_t index : hidden_)
      page_.found[index].names.insert(page_.found[index].names.end(), names_.begin(), names_.end());
  }

  Page page_;
  bool builds_files_ = false;
  std::vector<std::string> names_;  // of downloads
  std::vector<size_t> hidden_;      // what scripts hold, pictures left out
};

}  // namespace

Page read_page(std::string_view text) {
  return Reader().read(text);
}

}  // namespace html_plugin
