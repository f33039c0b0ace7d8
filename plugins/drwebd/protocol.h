// SPDX-License-Identifier: MIT
// The protocol of Dr.Web's daemon 4.31 and later, bytes to values and back, without sockets. Numbers are 32 bits, big-endian.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <postern/support/scan_verdict.h>

namespace postern::drwebd {

struct BadAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What goes before the bytes of what is to be scanned. is_mail: they are a whole mail, which the daemon takes apart, too.
std::string scan_head(size_t size, bool is_mail, bool heuristics);
std::string version_request();

// An answer: the result's bits, the number of lines, and each line with its length before it.
class AnswerReader {
 public:
  // The next bytes, as they come. True: complete. Throws BadAnswer.
  bool put(std::string_view bytes);
  support::ScanVerdict verdict() const;  // once it is complete

 private:
  std::string all_;
  support::ScanVerdict verdict_;
};

// What its bits mean. Only "clean" alone is clean; names are not looked at.
support::ScanVerdict meaning(uint32_t result);

}  // namespace postern::drwebd
