// SPDX-License-Identifier: MIT
// Any bytes as a cryptographic message: no crash, every element inside what is around it, pieces in order inside the message.
#include <cstdint>
#include <cstdlib>

#include "message.h"

namespace {

namespace pkcs7 = postern::pkcs7;

void must(bool truth) {
  if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto element = pkcs7::element_at(bytes, 0, size)) {
    must(element->begin <= element->end && element->end <= size);
    const std::size_t next = pkcs7::behind(bytes, *element);
    must(next >= element->begin && next <= size);
  }
  const auto message = pkcs7::read_message(bytes);
  if (!message || !message->content) return 0;
  const char* at = bytes.data();
  pkcs7::octets(bytes, *message->content, [&](std::string_view piece) {
    must(!piece.empty() && piece.data() >= at && piece.data() + piece.size() <= bytes.data() + size);
    at = piece.data() + piece.size();
  });
  return 0;
}
