// SPDX-License-Identifier: MIT
// The language of the dialogue tests: client.says("NOOP"); client.hears("250"). What the client sends reaches the
// server in pieces of a given size; mails that arrive are kept and answered at once, or when the test says so.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smtp/server.h"

namespace postern::smtp {

struct TakenMail {
  mail::Envelope envelope;
  mail::Client client;
  mail::Protocol protocol = mail::Protocol::smtp;
  std::string content;
  bool complete = false, aborted = false;
};

class Mailroom : public ServerEvents {
 public:
  std::optional<mail::Reply> begin_content(const mail::Envelope& envelope) override {
    if (refusal) return refusal;
    mails.push_back({envelope, server->client(), server->protocol(), {}, false, false});
    return std::nullopt;
  }
  bool content(std::string_view bytes) override {
    EXPECT_FALSE(mails.back().aborted || mails.back().complete);
    largest_piece = std::max(largest_piece, bytes.size());
    ++pieces;
    if (mails.back().content.size() + bytes.size() > space) return false;
    mails.back().content += bytes;
    return true;
  }
  void end_content() override {
    EXPECT_FALSE(mails.back().aborted || mails.back().complete);
    mails.back().complete = true;
    if (answers_at_once) server->finish(replies_for(mails.back()));
  }
  void abort_content() override {
    EXPECT_FALSE(mails.back().aborted || mails.back().complete);
    mails.back().aborted = true;
  }
  static std::vector<mail::Reply> replies_for(const TakenMail& mail) {
    std::vector<mail::Reply> replies;
    for (const auto& recipient : mail.envelope.recipients)
      replies.push_back({250, "2.0.0", "Taken for " + recipient.address});
    return replies;
  }

  Server* server = nullptr;
  std::deque<TakenMail> mails;
  std::optional<mail::Reply> refusal;
  size_t space = SIZE_MAX;
  bool answers_at_once = true;
  size_t largest_piece = 0, pieces = 0;
};

class Client {
 public:
  explicit Client(size_t piece = SIZE_MAX, ServerSettings settings = {})
      : server(std::move(settings), room), piece_(piece) {
    room.server = &server;
  }

  // One line, or several.
  template <class... Lines>
  void says(const Lines&... lines) {
    std::string all;
    ((all += lines, all += "\r\n"), ...);
    sends(all);
  }
  void sends(std::string_view bytes) {
    while (!bytes.empty()) {
      server.receive(bytes.substr(0, piece_));
      bytes.remove_prefix(std::min(piece_, bytes.size()));
    }
  }

  // The next reply begins like this: "250", "250 2.1.5", "354". Returns it, all its lines.
  std::string hears(std::string_view beginning) {
    output_ += server.take_output();
    size_t end = 0;
    for (bool more = true; more;) {
      const size_t line = end;
      end = output_.find("\r\n", end);
      if (end == std::string::npos) {
        ADD_FAILURE() << "expected " << beginning << ", heard nothing";
        return {};
      }
      more = end - line > 3 && output_[line + 3] == '-';
      end += 2;
    }
    const std::string reply = output_.substr(0, end);
    output_.erase(0, end);
    std::string start = reply.substr(0, 3) + " " + (reply.size() > 4 ? reply.substr(4) : "");
    EXPECT_TRUE(start.starts_with(beginning)) << "expected " << beginning << ", heard " << reply;
    return reply;
  }
  void hears_nothing() {
    output_ += server.take_output();
    EXPECT_EQ(output_, "");
  }
  std::string hears_all() {
    output_ += server.take_output();
    return std::exchange(output_, {});
  }

  void greets(std::string_view hello = "EHLO client.example.org") {
    server.greet();
    hears("220");
    says(hello);
    hears("250");
  }
  void names_envelope(std::string_view sender = "a@example.org",
                      const std::vector<std::string>& recipients = {"b@example.org"}) {
    says("MAIL FROM:<" + std::string(sender) + ">");
    hears("250 2.1.0");
    for (const std::string& recipient : recipients) {
      says("RCPT TO:<" + recipient + ">");
      hears("250 2.1.5");
    }
  }
  const TakenMail& only_mail() {
    static const TakenMail none;
    EXPECT_EQ(room.mails.size(), 1u);
    return room.mails.empty() ? none : room.mails.front();
  }

  Mailroom room;
  Server server;

 private:
  size_t piece_;
  std::string output_;
};

// All dialogues run with the client's bytes whole, in sevens, and one at a time.
class Dialogue : public testing::TestWithParam<size_t> {
 protected:
  explicit Dialogue(ServerSettings settings = {}) : client(GetParam(), std::move(settings)) {}
  Client client;
};
inline std::string name_of_split(const testing::TestParamInfo<size_t>& split) {
  return split.param == SIZE_MAX ? "Whole" : "By" + std::to_string(split.param);
}
#define POSTERN_ALL_SPLITS(fixture) \
  INSTANTIATE_TEST_SUITE_P(Splits, fixture, testing::Values(SIZE_MAX, 7, 1), name_of_split)

// No CR without LF, no LF without CR.
inline bool has_clean_line_ends(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return false;
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return false;
  }
  return true;
}

}  // namespace postern::smtp
