// SPDX-License-Identifier: MIT
// A decoder: each line of the part is a child. A line "=N" is the first N bytes of the part, by range; "(" nests a child.
#include <postern/plugin.hpp>

namespace {

class Lines {
 public:
  static constexpr const char* accepts[] = {"text/lines", nullptr};

  explicit Lines(const postern::Config&) {}

  int probe(postern::Job&, const postern::Part& part) { return part.text().starts_with("lines:") ? 90 : 5; }

  void decode(postern::Job& job, const postern::Part& part) {
    std::string_view rest = part.text();
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      postern::ChildInfo info;
      info.parent = part.handle();
      info.name = line;
      if (line == "broken") throw postern::Error(POSTERN_E_BROKEN, "a broken line");
      postern::Child child = job.open(info);
      if (line.starts_with("=")) child.slice(0, std::stoull(std::string(line.substr(1))));
      else child.write(line);
      const postern_part made = child.close();
      if (line != "(") continue;
      info.parent = made;
      postern::Child nested = job.open(info);
      nested.write("nested");
      nested.close();
    }
  }
};

}  // namespace

POSTERN_PLUGIN(Lines, "org.example.lines", "Lines", "1.0", "Example", "MIT", "https://example.org/lines")
