// SPDX-License-Identifier: MIT
#include "config/units.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace postern::config {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// Largest first: the printers take the first that divides.
constexpr Unit duration_units[] = {{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr Unit size_units[] = {
    {"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"T", 1ull << 40},
    {"G", 1ull << 30},   {"M", 1ull << 20},   {"K", 1ull << 10},   {"k", 1ull << 10},   {"", 1}};

template <size_t n>
std::optional<uint64_t> parse(std::string_view text, const Unit (&units)[n], uint64_t most) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  const auto unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return u.name == text; });
  if (unit == std::end(units) || number > most / unit->factor) return std::nullopt;
  return number * unit->factor;
}

template <size_t n>
std::string print(uint64_t number, const Unit (&units)[n]) {
  for (const Unit& unit : units)
    if (number != 0 && number % unit.factor == 0) return std::to_string(number / unit.factor) + std::string(unit.name);
  return std::to_string(number) + std::string(units[n - 1].name);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto number = parse(text, duration_units, std::numeric_limits<int64_t>::max());
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(*number));
}

std::optional<uint64_t> parse_size(std::string_view text) {
  return parse(text, size_units, std::numeric_limits<uint64_t>::max());
}

std::string duration_text(std::chrono::milliseconds duration) {
  return print(static_cast<uint64_t>(duration.count()), duration_units);
}

std::string size_text(uint64_t bytes) {
  return print(bytes, size_units);
}

}  // namespace postern::config
