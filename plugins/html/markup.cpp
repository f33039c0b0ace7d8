// SPDX-License-Identifier: MIT
#include "markup.h"

#include <postern/support/ascii.h>

#include <algorithm>

#include "encodings.h"

namespace html_plugin {
namespace {

using postern::support::equal_ignoring_case;
using postern::support::lower;

constexpr size_t longest_name = 64;  // of a tag or attribute; the rest of it is not compared with anything
constexpr size_t most_attributes = 100;

bool is_space(char c) {
  return postern::support::is_white(c) || c == '\f';
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

class Reader {
 public:
  Reader(std::string_view page, const MarkupHandler& handler)
      : page_(page), handler_(handler), last_double_(last('"')), last_single_(last('\'')) {}

  void run() {
    while (at_ < page_.size()) {
      const size_t open = std::min(page_.find('<', at_), page_.size());
      if (open > at_) handler_.text(page_.substr(at_, open - at_));
      at_ = open + 1;
      if (at_ < page_.size() && is_letter(page_[at_])) take_tag();
    }
  }

 private:
  size_t last(char quote) const {
    const size_t at = page_.rfind(quote);
    return at == page_.npos ? 0 : at;
  }

  void take_tag() {
    tag_.name = take_name("/>");
    tag_.attributes.clear();
    if (const size_t colon = tag_.name.rfind(':'); colon != std::string::npos && tag_.name != "hta:application")
      tag_.name.erase(0, colon + 1);
    bool empty = false;
    while (at_ < page_.size() && page_[at_] != '>') {
      empty = page_[at_] == '/';
      if (is_space(page_[at_]) || empty)
        ++at_;
      else
        take_attribute();
    }
    at_ = std::min(at_ + 1, page_.size());
    handler_.tag(tag_);
    if (empty) return;  // in SVG such a script has no content; in HTML what follows is read as markup
    if (tag_.name == "script")
      handler_.script(take_content("</script"));
    else if (tag_.name == "style")
      handler_.style(take_content("</style"));
  }

  std::string take_name(std::string_view ends) {
    const size_t start = at_;
    while (at_ < page_.size() && !is_space(page_[at_]) && ends.find(page_[at_]) == ends.npos) ++at_;
    return lower(page_.substr(start, std::min(at_ - start, longest_name)));
  }

  void take_attribute() {
    const size_t start = at_;
    std::string name = take_name("=/>");
    if (at_ == start) ++at_;  // "=" alone
    while (at_ < page_.size() && is_space(page_[at_])) ++at_;
    if (at_ >= page_.size() || page_[at_] != '=') return;
    ++at_;
    while (at_ < page_.size() && is_space(page_[at_])) ++at_;
    const std::string_view raw = take_value();
    if (tag_.attributes.size() >= most_attributes) return;
    tag_.attributes.emplace_back(std::move(name), raw.find('&') == raw.npos ? std::string(raw) : decode_entities(raw));
  }

  std::string_view take_value() {
    if (at_ >= page_.size()) return {};
    const char quote = page_[at_];
    if (quote == '"' || quote == '\'') {
      if ((quote == '"' ? last_double_ : last_single_) > at_) {  // there is a second one
        const size_t start = at_ + 1, end = page_.find(quote, start);
        at_ = end + 1;
        return page_.substr(start, end - start);
      }
    }
    const size_t start = at_;
    while (at_ < page_.size() && !is_space(page_[at_]) && page_[at_] != '>') ++at_;
    return page_.substr(start, at_ - start);
  }

  // Up to the end tag, or to the page's end; "<![CDATA[" of SVG does not disturb a script's reader.
  std::string_view take_content(std::string_view end_tag) {
    const size_t start = at_;
    for (size_t open = page_.find('<', at_); open != page_.npos; open = page_.find('<', open + 1)) {
      if (!equal_ignoring_case(page_.substr(open, end_tag.size()), end_tag)) continue;
      at_ = open;
      return page_.substr(start, open - start);
    }
    at_ = page_.size();
    return page_.substr(start);
  }

  std::string_view page_;
  const MarkupHandler& handler_;
  size_t at_ = 0;
  Tag tag_;
  size_t last_double_, last_single_;  // quotes of the page
};

}  // namespace

std::string_view Tag::attribute(std::string_view wanted) const {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == wanted; });
  return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

void read_markup(std::string_view page, const MarkupHandler& handler) {
  Reader(page, handler).run();
}

}  // namespace html_plugin
