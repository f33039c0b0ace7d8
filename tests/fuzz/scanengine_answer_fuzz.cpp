// SPDX-License-Identifier: MIT
// Any bytes as what Kaspersky Scan Engine sends, as an answer of HTTP and as the JSON inside: names that are lines,
// "clean" only where the word stands there, and a date that is one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <postern/support/http.h>

#include "scanengine/protocol.h"

namespace {

using namespace postern::scanengine;

bool is_line(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos;
}

void look_at(std::string_view json) {
  const Answer answer = parse_scan(json);
  const bool says_something = !answer.failure.empty() || !answer.names.empty() || !answer.encrypted.empty() ||
                              !answer.over_limit.empty() || !answer.not_examined.empty();
  // An escaped letter is the same word: then a backslash stands there.
  const bool may_say_clean = json.find("CLEAN") != std::string_view::npos || json.find('\\') != std::string_view::npos;
  if (!says_something && !may_say_clean) std::abort();
  for (const std::string& name : answer.names)
    if (name.empty() || !is_line(name)) std::abort();
  if (!is_line(answer.failure) || !is_line(answer.not_examined)) std::abort();
  if (const auto version = parse_version(json); version && (version->empty() || !is_line(*version))) std::abort();
  if (const auto database = parse_database(json); database && database->time < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  look_at(bytes);
  postern::support::HttpResponseReader reader(10'000);
  try {
    if (!reader.put(bytes)) reader.end();
    look_at(reader.take().body);
  } catch (const postern::support::BadHttpResponse&) {
  }
  return 0;
}
