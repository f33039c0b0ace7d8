// SPDX-License-Identifier: MIT
// A decoder that does what the part tells it to. The part's first line is a word, and the instance opens only parts
// with its own (option "word") or with "both"; each further line is a command and its argument, in which %NN stands for a byte, so
// that scripts nest.
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <postern/plugin.hpp>

namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size())
      out += text[i];
    else
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)), i += 2;
  }
  return out;
}

class Toy {
 public:
  static constexpr postern_option options[] = {
      postern::option("word", POSTERN_T_STRING, "toy", "first line of the parts it opens"),
      postern::option("bid", POSTERN_T_INT, "50", "what its probe says", 0, 100)};
  static constexpr const char* accepts[] = {"message/rfc822", "text/", nullptr};

  explicit Toy(const postern::Config& config)
      : word_(config.text("word")), bid_(static_cast<int>(config.number("bid"))) {}

  int probe(postern::Job&, const postern::Part&) { return bid_; }

  void decode(postern::Job& job, const postern::Part& part) {
    std::string_view rest = part.text();
    if (!rest.starts_with(word_ + "\n") && !rest.starts_with("both\n")) throw postern::Error(POSTERN_E_UNSUPPORTED, "another word");
    rest.remove_prefix(rest.find('\n') + 1);
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const size_t space = std::min(line.find(' '), line.size());
      obey(job, part, line.substr(0, space), decoded(line.substr(std::min(space + 1, line.size()))));
    }
  }

 private:
  void obey(postern::Job& job, const postern::Part& part, std::string_view command, const std::string& argument) {
    postern::ChildInfo info;
    info.parent = part.handle();
    if (command == "child") made_of(job, info, argument);
    if (command == "claim") info.expected = 5, made_of(job, info, argument);
    if (command == "slice") {
      postern::Child child = job.open(info);
      child.slice(0, std::stoull(argument));
      child.close();
    }
    if (command == "grandchild") {  // a slice of a child that was written a moment ago
      info.parent = made_of(job, info, argument);
      postern::Child child = job.open(info);
      child.slice(1, argument.size() - 1);
      child.close();
    }
    if (command == "write-and-slice") {
      postern::Child child = job.open(info);
      child.write("x");
      child.slice(0, 1);
    }
    if (command == "two-at-once") {
      postern::Child first = job.open(info);
      first.write("first");
      job.open(info);
    }
    if (command == "left-open") {
      job.open(info).write(argument);
      throw postern::Error(POSTERN_E_BROKEN, "no end");
    }
    if (command == "fill") {
      postern::Child child = job.open(info);
      const std::string block(64 * 1024, 'x');
      for (size_t left = std::stoull(argument); left > 0; left -= std::min(left, block.size()))
        child.write(std::string_view(block).substr(0, left));
      child.close();
    }
    if (command == "many")
      for (size_t n = std::stoull(argument); n > 0; --n) made_of(job, info, "member " + std::to_string(n));
    if (command == "names") {
      const postern_part made = made_of(job, info, "named");
      for (size_t n = 1; n <= std::stoull(argument); ++n) {
        job.note("part.name", std::to_string(n), made);
        job.note("part.name", "again", made);
      }
    }
    if (command == "findings") {
      for (size_t n = std::stoull(argument); n > 0; --n) job.finding(POSTERN_CAT_INFO, "fact", part.handle(), "");
      job.finding(POSTERN_CAT_AMBIGUOUS, "two-readings", part.handle(), "");
    }
    if (command == "encrypted") throw postern::Error(POSTERN_E_ENCRYPTED, "locked");
    if (command == "block") ::poll(nullptr, 0, -1);
    if (command == "abort") std::abort();
    if (command == "say" && ::write(3, argument.data(), argument.size()) < 0)
      throw postern::Error(POSTERN_E_IO, "speechless");
  }

  static postern_part made_of(postern::Job& job, const postern::ChildInfo& info, std::string_view text) {
    postern::Child child = job.open(info);
    child.write(text);
    return child.close();
  }

  std::string word_;
  int bid_;
};

}  // namespace

POSTERN_PLUGIN(Toy, "org.postern.test.toy", "Toy", "1.0", "Postern", "MIT", "")
