// SPDX-License-Identifier: MIT
// A DNS list as the administrator writes it, one text for each list:
//
//   [allow:]ZONE [as=NAME] [required] [names-only] [test=ENTRY|none] CODE=POINTS [CODE=POINTS ...]
//
// CODE is four octets of the answer, each a number, a range 2-7, * for any, or &8 for "has this bit". Text in, a value
// or what is wrong with the text out; knows neither DNS nor the host.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::dnsbl {

using Code = std::array<uint8_t, 4>;  // the address that a list answers
std::string text_of(const Code& code);

class CodePattern {
 public:
  // The error is a sentence for the administrator.
  static std::variant<CodePattern, std::string> parse(std::string_view text);
  bool matches(const Code& code) const;

 private:
  struct Octet {
    uint8_t low = 0, high = 0, bits = 0;  // bits: if not 0, one of them must be set
  };
  std::array<Octet, 4> octets_{};
};

struct Row {
  CodePattern codes;
  std::string text;    // the code as written
  int32_t points = 0;  // 1/1000
};

enum class Subject { addresses, domains };

struct List {
  std::string zone, name;  // name: what is told; the zone may hold a key
  bool allows = false, required = false, names_only = false;
  std::string must_be_listed, must_not_be_listed;  // RFC 5782, 5; the first is empty where the list has no such entry
  std::vector<Row> rows;
};

std::variant<List, std::string> parse_list(std::string_view text, Subject subject);

// "2.5", "-0.25": thousandths, within 1000 points.
std::optional<int32_t> parse_points(std::string_view text);

}  // namespace postern::dnsbl
