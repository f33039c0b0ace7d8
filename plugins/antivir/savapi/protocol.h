// SPDX-License-Identifier: MIT
// Avira's SAVAPI 3 and 4, as a daemon: lines with a number first, bytes to values and back, without sockets.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <postern/support/scan_verdict.h>

namespace postern::savapi {

struct Reply {
  int code = 0;      // 0 to 999
  std::string text;  // behind it
};
// Of a line without its end. nullopt: not a line of SAVAPI.
std::optional<Reply> parse_reply(std::string_view line);

constexpr int information = 100;  // as a greeting, and that something was set

// The replies to SCAN, one behind the other.
class ScanReplies {
 public:
  // True: that was the last one.
  bool put(const Reply& reply);
  support::ScanVerdict verdict() const;  // once the last one has come; names also before

 private:
  support::ScanVerdict verdict_;
};

// "a.zip --> b.exe <<< Eicar-Test-Signature ; virus ; Contains code of …" names Eicar-Test-Signature.
std::string alert_name(std::string_view text);

}  // namespace postern::savapi
