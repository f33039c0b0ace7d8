// SPDX-License-Identifier: MIT
// How one daemon is spoken to, by the configuration and its preset: what is asked, and what the lines of an answer mean. Patterns are RE2,
// over bytes. The process: the worker; one thread.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <postern/plugin.hpp>

namespace re2 {
class RE2;
}

namespace postern::socket {

struct Preset;

// A pattern that may be absent; an absent one fits nothing.
class Pattern {
 public:
  Pattern();
  explicit Pattern(const std::string& text);  // "": absent
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  explicit operator bool() const { return pattern_ != nullptr; }
  std::string error() const;  // "": none
  bool fits(std::string_view line) const;
  // nullopt: does not fit. Otherwise what its first group that took part has taken, "" without one.
  std::optional<std::string> name_in(std::string_view line) const;

 private:
  std::unique_ptr<const re2::RE2> pattern_;
};

struct Dialogue {
  std::string query;  // with {path}, {directory}, {size}, {bytes}
  Pattern greeting, infected, clean, encrypted, incomplete, ignored, last;
  bool half_close = false;  // the daemon learns that there is no further question

  bool wants_a_file() const;
};

// The preset of the configuration, or nullptr.
const Preset* preset_of(const Config& config);
// Options that are given come before the preset's.
Dialogue dialogue_of(const Config& config);
// Rejects what cannot work: a query without the part, nothing that would be clean, patterns that are none.
void validate_dialogue(const Config& config);

}  // namespace postern::socket
