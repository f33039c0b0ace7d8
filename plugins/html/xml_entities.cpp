// SPDX-License-Identifier: MIT
#include "xml_entities.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <map>

#include "encodings.h"

namespace html_plugin {
namespace {

using postern::support::is_white;

constexpr std::string_view declaration = "<!ENTITY";
constexpr size_t most_entities = 10000, longest_name = 64;
constexpr unsigned deepest = 100;  // one in the other: each level is a call
// A drawing program declares its namespaces and mentions each a few times: that needs a fraction of this.
constexpr size_t always_allowed = 256 * 1024, times_the_text = 8;

struct Entity {
  std::string value;
  bool is_open = false;  // being put in place: one that stands for itself is an error to every reader
};

class Document {
 public:
  explicit Document(std::string_view text) : text_(text), left_(always_allowed + times_the_text * text.size()) {}

  std::optional<InPlace> run() {
    const size_t end = read_declarations();
    if (entities_.empty()) return std::nullopt;
    result_.text.assign(text_.substr(0, end));
    put_in_place(text_.substr(end));
    return std::move(result_);
  }

 private:
  // <!ENTITY name "value">. Behind the last one the document goes on.
  size_t read_declarations() {
    size_t end = 0;
    for (size_t at = text_.find(declaration); at != text_.npos; at = text_.find(declaration, end)) {
      end = at + declaration.size();
      if (entities_.size() >= most_entities) {
        result_.is_whole = false;
        break;
      }
      const std::string_view name = take_word(end);
      skip_white(end);
      if (end >= text_.size() || (text_[end] != '"' && text_[end] != '\'')) continue;  // external, or a parameter
      const size_t close = text_.find(text_[end], end + 1);
      if (close == text_.npos) break;
      const std::string_view value = text_.substr(end + 1, close - end - 1);
      end = close + 1;
      // The first declaration of a name is the one that holds.
      if (!name.empty()) entities_.try_emplace(std::string(name), Entity{with_characters(value)});
    }
    return end;
  }

  void skip_white(size_t& at) const {
    while (at < text_.size() && is_white(text_[at])) ++at;
  }
  std::string_view take_word(size_t& at) const {
    skip_white(at);
    const size_t start = at;
    while (at < text_.size() && at - start < longest_name && !is_white(text_[at])) ++at;
    return text_.substr(start, at - start);
  }

  // "&#60;" is a character as soon as it is declared; other references wait until they are used.
  static std::string with_characters(std::string_view value) {
    std::string out;
    for (size_t at = 0; at < value.size();) {
      const size_t begin = std::min(value.find("&#", at), value.size()),
                   end = std::min(value.find(';', begin), value.size());
      out += value.substr(at, begin - at);
      out += decode_entities(value.substr(begin, end - begin + 1));
      at = end + 1;
    }
    return out;
  }

  void put_in_place(std::string_view text) {
    while (!text.empty() && result_.is_whole) {
      const size_t plain = std::min(text.find('&'), text.size());
      put(text.substr(0, plain));
      text.remove_prefix(plain);
      if (text.empty()) return;
      const size_t end = text.substr(0, longest_name + 2).find(';');
      const auto found = end == text.npos ? entities_.end() : entities_.find(std::string(text.substr(1, end - 1)));
      if (found == entities_.end() || found->second.is_open) {
        put("&");
        text.remove_prefix(1);
        continue;
      }
      found->second.is_open = true;
      pay(1);  // also one that stands for nothing, or there would be no end to them
      if (++depth_ > deepest) result_.is_whole = false;
      put_in_place(found->second.value);
      --depth_;
      found->second.is_open = false;
      text.remove_prefix(end + 1);
    }
  }

  void put(std::string_view text) {
    if (pay(text.size())) result_.text += text;
  }
  bool pay(size_t amount) {
    if (amount > left_) result_.is_whole = false;
    left_ -= std::min(amount, left_);
    return result_.is_whole;
  }

  std::string_view text_;
  size_t left_;
  unsigned depth_ = 0;
  std::map<std::string, Entity> entities_;
  InPlace result_;
};

}  // namespace

std::optional<InPlace> with_entities_in_place(std::string_view text) {
  return Document(text).run();
}

}  // namespace html_plugin
