// SPDX-License-Identifier: MIT
// Version 3 of the KAV protocol, which kavhttpd speaks over HTTP: the bodies of requests and answers, bytes to values,
// without sockets. An answer about a part is taken only if each result in it is a word of the table; whatever is
// missing, of another type or in other words is a reason why it is none, and never an exception.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::scanengine {

// An object that was not examined brings some hundred bytes, and an archive may hold many.
inline constexpr size_t longest_answer = 8 << 20;

inline constexpr std::string_view scan_target = "/api/v3.0/scanmemory", version_target = "/api/v3.0/version",
                                  database_target = "/api/v3.0/basesdate";

// The body of a request to scan: this, the part in Base64, and the end. most: what the server may take for it; sender:
// the envelope's, which the engine weighs; where it is no plain address, one that stands for "unknown".
std::string scan_body_begin(std::chrono::milliseconds most, std::string_view sender);
inline constexpr std::string_view scan_body_end = "\"}";

enum class Outcome { clean, infected, encrypted, over_limit, not_examined, failed };

struct ResultWord {
  std::string_view word;
  Outcome outcome;
  const char* meaning;  // for people
};
// All that are known. Any other reason behind NON_SCANNED is not_examined as well, any other word is failed.
std::span<const ResultWord> result_words();

// About a part with all that is in it.
struct Answer {
  std::string failure;                              // not empty: it is no answer about all of the part
  std::vector<std::string> names;                   // of what was found, each once; they count beside a failure too
  std::string encrypted, over_limit, not_examined;  // the first reason for each; empty: there is none
  bool has_macro = false;                           // told only where the server looks for macros
};
Answer parse_scan(std::string_view json);

struct Meaning {
  int32_t category;  // POSTERN_CAT_*
  uint32_t flags;    // POSTERN_FIND_*
};
Meaning meaning(std::string_view name);

std::optional<std::string> parse_version(std::string_view json);  // of the engine: "8.8.2.58"

struct Database {
  std::string version;  // its date, as the server writes it
  int64_t time = 0;     // the same, seconds since 1970
};
std::optional<Database> parse_database(std::string_view json);

}  // namespace postern::scanengine
