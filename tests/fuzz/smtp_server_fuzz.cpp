// SPDX-License-Identifier: MIT
// A client that sends anything. The first octet chooses the settings and the driver's temper, the rest is the dialogue.
// Held: content has no bare CR or LF and keeps to the limit; output is complete reply lines; each content that began
// ends once; octets one at a time tell the same story as all at once.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "smtp/server.h"

namespace {

using namespace postern;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Writes down what happened. The text of unfinished content is left out: how much of it was seen depends on the pieces.
class Driver : public smtp::ServerEvents {
 public:
  explicit Driver(uint8_t temper) : temper_(temper), server(settings(temper), *this) {}

  std::optional<mail::Reply> begin_content(const mail::Envelope& envelope) override {
    require(!open_, "content begins within content");
    require(!envelope.recipients.empty(), "content without recipients");
    if ((temper_ & 1) != 0 && envelope.sender.empty()) return mail::Reply{452, "4.3.1", "Full"};
    open_ = true;
    content_.clear();
    story += "mail from " + envelope.sender;
    for (const auto& one : envelope.recipients) story += " to " + one.address;
    story += " for " + server.client().name + "\n";
    return std::nullopt;
  }
  bool content(std::string_view bytes) override {
    require(open_, "content outside of a mail");
    content_ += bytes;
    require(content_.size() <= size_limit, "content over the limit");
    return true;
  }
  void end_content() override {
    require(open_, "an end without a beginning");
    open_ = false;
    require_clean_line_ends(content_);
    require(content_.empty() || content_.ends_with("\r\n"), "content ends within a line");
    story += content_ + "end\n";
    if ((temper_ & 2) != 0) server.finish({{250, "2.0.0", "Now"}});
  }
  void abort_content() override {
    require(open_, "an abort without a beginning");
    open_ = false;
    story += "aborted\n";
  }

  void receive(std::string_view bytes) {
    server.receive(bytes);
    while (!server.wants_input() && !server.is_closing())
      server.finish({{250, "2.0.0", "Later"}, {550, "5.7.1", "Not\nyou"}});
  }
  void lose_connection() {
    server.connection_lost();
    require(!open_, "content outlives its connection");
    output = server.take_output();
    require(output.empty() || output.ends_with("\r\n"), "an unfinished line of output");
    require_clean_line_ends(output);
    for (size_t at = 0; at < output.size(); at = output.find("\r\n", at) + 2) {
      const char* const line = output.c_str() + at;
      require(line[0] >= '2' && line[0] <= '5' && (line[3] == ' ' || line[3] == '-'),
              "a line of output that is no reply");
      require(output.find("\r\n", at) - at <= 510, "a line of output that is too long");
    }
  }

  std::string story, output;

 private:
  static constexpr uint64_t size_limit = 300;

  static smtp::ServerSettings settings(uint8_t temper) {
    smtp::ServerSettings out;
    out.size_limit = size_limit;
    out.recipient_limit = 3;
    out.line_limit = (temper & 4) != 0 ? 60 : 512;
    out.error_limit = (temper & 8) != 0 ? 3 : 1000;
    out.xforward = (temper & 16) == 0;
    return out;
  }
  static void require_clean_line_ends(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r') require(i + 1 < text.size() && text[i + 1] == '\n', "a bare CR");
      if (text[i] == '\n') require(i > 0 && text[i - 1] == '\r', "a bare LF");
    }
  }

  uint8_t temper_;
  bool open_ = false;
  std::string content_;

 public:
  smtp::Server server;  // last: it is made with the members above
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const uint8_t temper = size > 0 ? data[0] : 0;
  const std::string_view dialogue =
      size > 0 ? std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1) : std::string_view();

  Driver whole(temper), by_one(temper);
  whole.server.greet();
  by_one.server.greet();
  whole.receive(dialogue);
  for (size_t i = 0; i < dialogue.size(); ++i) by_one.receive(dialogue.substr(i, 1));
  whole.lose_connection();
  by_one.lose_connection();
  require(whole.story == by_one.story, "the pieces change the mails");
  require(whole.output == by_one.output, "the pieces change the replies");
  return 0;
}
