// SPDX-License-Identifier: MIT
// Any bytes as what Rspamd sends: the same answer however they come, and a verdict in which every number is one, or a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include <postern/support/http.h>

#include "answer.h"

namespace {

using namespace postern::rspamd;
using postern::support::BadHttpResponse;
using postern::support::HttpResponse;
using postern::support::HttpResponseReader;

std::optional<HttpResponse> read(std::string_view bytes, size_t piece) {
  HttpResponseReader reader(1000);
  try {
    bool is_done = false;
    for (size_t at = 0; at < bytes.size() && !is_done; at += piece) is_done = reader.put(bytes.substr(at, piece));
    if (!is_done) reader.end();
    return reader.take();
  } catch (const BadHttpResponse&) {
    return std::nullopt;
  }
}

void look_at(std::string_view json) {
  constexpr int32_t most = 100'000'000;  // 1/1000 points
  const Answer answer = parse_check(json);
  const auto is_number = [](int32_t points) { return points >= -most && points <= most; };
  if (!answer.error.empty() && !answer.verdict.symbols.empty()) std::abort();
  if (!is_number(answer.verdict.score) || !is_number(answer.verdict.required_score)) std::abort();
  for (const Symbol& symbol : answer.verdict.symbols)
    if (symbol.name.empty() || !is_number(symbol.points)) std::abort();
  if (report_of(answer.verdict).find('\r') != std::string::npos) std::abort();
  parse_learned(200, json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1), slow = read(bytes, 1);
  if (whole.has_value() != slow.has_value()) std::abort();
  if (whole && (whole->status != slow->status || whole->body != slow->body || whole->body.size() > 1000)) std::abort();
  look_at(bytes);
  if (whole) look_at(whole->body);
  return 0;
}
