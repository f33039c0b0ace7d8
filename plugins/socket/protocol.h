// SPDX-License-Identifier: MIT
// Bytes to values and back, without a socket: a question by the dialogue's template, and the verdict of an answer's lines.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/scan_verdict.h>

#include "dialogue.h"

namespace postern::socket {

// What stands for {path}, {directory}, {size} and {bytes}; path and directory are empty where no file is wanted.
struct Subject {
  std::string path, directory;
  std::string_view bytes;
};

class Question {
 public:
  Question(const std::string& query, const Subject& subject);
  // One behind the other; they live as long as this value, query and subject.
  const std::vector<std::string_view>& pieces() const& { return pieces_; }
  void pieces() && = delete;

 private:
  std::string size_;
  std::vector<std::string_view> pieces_;
};

// Lines end by LF, CR LF or NUL; the very last one may end with the connection.
class Answer {
 public:
  Answer(const Dialogue& dialogue, const Subject& subject) : dialogue_(dialogue), subject_(subject) {}

  // The next bytes, as they come. True: complete.
  bool put(std::string_view bytes);
  // The daemon has closed. True: complete.
  bool end();
  // failed, with names where some were told: unless each line is one the dialogue knows and one of them says what the part is.
  support::ScanVerdict verdict() const;

 private:
  bool take_line(std::string_view line);

  const Dialogue& dialogue_;
  const Subject& subject_;
  std::string rest_;
  size_t size_ = 0;
  bool is_complete_ = false, says_clean_ = false, says_infected_ = false;
  std::vector<std::string> names_;
  std::string encrypted_, incomplete_, problem_;  // the first line that says so
};

}  // namespace postern::socket
