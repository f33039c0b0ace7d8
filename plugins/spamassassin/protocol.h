// SPDX-License-Identifier: MIT
// The language of spamd (SpamAssassin's spamd/PROTOCOL, SPAMC/1.5), bytes to values and back, without sockets: requests, and the whole
// answer, up to the end of the connection where it claims no length. An answer that is not exact and complete is no answer: nullopt with a reason.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::spamassassin {

inline constexpr size_t longest_answer = 1 << 20;

// "REPORT", "PING"; fields without CRLF, each "Name: value".
std::string request(std::string_view command, const std::vector<std::string>& fields, uint64_t content_length);

struct Test {
  std::string name;
  int32_t points = 0;  // 1/1000
};

struct Verdict {
  int32_t score = 0, threshold = 0;  // 1/1000
  std::vector<Test> tests;
  bool has_points = false;  // each test with its own
  std::string autolearn;    // "ham", "spam", "no" …; empty: not told
  std::string report;       // for people, as spamd wrote it
};

struct Answer {
  std::string error;  // empty: it is one
  Verdict verdict;
};

// False as soon as nothing that follows could make an answer of these first bytes: whoever speaks there is not spamd, and waiting for
// the end of what it says would take as long as it likes.
bool can_begin_answer(std::string_view first_bytes);
// True: they are an answer to their last byte, by the length that it claims; spamd has nothing more to say and need not be heard closing.
bool is_whole(std::string_view first_bytes);

// The answer to REPORT.
Answer parse_report(std::string_view whole);
// The answer to TELL; empty: it was learned, or had been before.
std::string parse_told(std::string_view whole);
// "SPAMD/1.5 0 PONG"
bool is_pong(std::string_view whole);

// A number of points as spamd writes them, "-1.9": 1/1000; false for what is none, and for nan and inf.
bool parse_points(std::string_view text, int32_t& points);

// Lines of our own for the report of a spamd that we configure, so that nothing has to be read out of a table for people.
std::vector<std::string> report_template();

}  // namespace postern::spamassassin
