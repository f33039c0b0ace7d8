// SPDX-License-Identifier: MIT
// The work grows with the size of the mail and no faster, whatever the mail is made of: for each generator twice the
// size may cost twice the processor time, with room for noise, which the square would not fit into.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>

#include "content.h"
#include "hidden_text.h"
#include "parser.h"

namespace postern::mime {
namespace {

struct Growth {
  const char* name;
  size_t n;  // small enough for a debug build, large enough for the square to hurt
  std::function<std::string(size_t n)> mail;
};
void PrintTo(const Growth& growth, std::ostream* out) {
  *out << growth.name;
}

std::string repeated(size_t n, const std::string& what) {
  std::string out;
  out.reserve(n * what.size());
  for (size_t i = 0; i < n; ++i) out += what;
  return out;
}
std::string numbered(size_t n, const std::function<std::string(const std::string&)>& what) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += what(std::to_string(i));
  return out;
}

double processor_seconds(const std::function<void()>& work) {
  timespec before{}, after{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  work();
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  return static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

void read(const std::string& mail) {
  const Message message = parse(mail);
  EXPECT_FALSE(message.parts.empty());
  for (const Part& part : message.parts) {
    for (const Damage damage : {Damage::second_reading, Damage::first_reading}) {
      std::string bytes;
      decode(
          part.encoding, message.raw(part, mail), [&](std::string_view piece) { bytes += piece; }, damage);
      if (!part.is_container) (void)hidden_text(bytes, part.charset);
    }
  }
}

class Linear : public ::testing::TestWithParam<Growth> {};

TEST_P(Linear, TwiceTheSizeCostsAboutTwiceAsMuch) {
  const Growth& growth = GetParam();
  const std::string once = growth.mail(growth.n), twice = growth.mail(2 * growth.n);
  // The best of several: other processes only ever add to it.
  double ratio = 100;
  for (int i = 0; i < 5 && ratio > 3; ++i) {
    const double small = processor_seconds([&] { read(once); }), large = processor_seconds([&] { read(twice); });
    ratio = std::min(ratio, large / std::max(small, 0.002));
  }
  EXPECT_LE(ratio, 3) << "for sizes " << once.size() << " and " << twice.size();
}

const std::string multi = "Content-Type: multipart/mixed; boundary=x\r\n";

const Growth growths[] = {
    {"parameters", 20'000, [](size_t n) { return "Content-Type: text/plain" + repeated(n, "; a=b") + "\r\n\r\nx"; }},
    {"folded_parameters", 20'000,
     [](size_t n) { return "Content-Type: text/plain" + repeated(n, ";\r\n a=b") + "\r\n\r\nx"; }},
    {"names", 5'000,
     [](size_t n) {
       return "Content-Type: text/plain" + numbered(n, [](auto i) { return "; name=n" + i; }) + "\r\n\r\nx";
     }},
    {"boundaries", 5'000,
     [](size_t n) {
       return "Content-Type: multipart/mixed" + numbered(n, [](auto i) { return "; boundary=\"n;" + i + "\""; }) +
              "\r\n\r\nx";
     }},
    {"pieces", 5'000,
     [](size_t n) {
       return "Content-Type: text/plain" + numbered(n, [](auto i) { return "; name*" + i + "*=%41"; }) + "\r\n\r\nx";
     }},
    {"open_parentheses", 50'000, [](size_t n) { return "Content-Type: text/plain " + repeated(n, "(") + "\r\n\r\nx"; }},
    {"parentheses_in_names", 5'000, [](size_t n) { return repeated(n, "Content((-Type((((((: x\r\n") + "\r\nx"; }},
    {"open_parentheses_in_a_name", 500'000,
     [](size_t n) { return "Content-Type" + repeated(n, "(") + ": x\r\n\r\nx"; }},
    {"comments_in_a_name", 100'000, [](size_t n) { return "Content-Type" + repeated(n, "(:)") + ": x\r\n\r\nx"; }},
    {"comments", 50'000, [](size_t n) { return "Content-Type: text/plain; name=" + repeated(n, "(a)") + "\r\n\r\nx"; }},
    {"quotes", 50'000, [](size_t n) { return "Content-Type: text/plain; name=" + repeated(n, "\"a") + "\r\n\r\nx"; }},
    {"fields", 50'000, [](size_t n) { return repeated(n, "A: b\r\n") + "\r\nx"; }},
    {"odd_fields", 10'000, [](size_t n) { return repeated(n, "Content_Type : text/html; boundary=b\r\n") + "\r\nx"; }},
    {"type_fields", 10'000,
     [](size_t n) { return numbered(n, [](auto i) { return "Content-Type: text/x" + i + "\r\n"; }) + "\r\nx"; }},
    {"dispositions", 10'000,
     [](size_t n) {
       return numbered(n, [](auto i) { return "Content-Disposition: x; filename=" + i + "; boundary=" + i + "\r\n"; }) +
              "\r\nx";
     }},
    {"encoding_fields", 10'000,
     [](size_t n) { return repeated(n, "Content-Transfer-Encoding: base64, uue\r\n") + "\r\nx"; }},
    {"parameter_lines", 10'000, [](size_t n) { return multi + repeated(n, "boundary=y\r\n") + "\r\nx"; }},
    {"one_field", 1'000'000, [](size_t n) { return "Subject: " + std::string(n, 'a') + "\r\n\r\nx"; }},
    {"folds", 100'000, [](size_t n) { return "Content-Type: text/plain" + repeated(n, "\r\n a") + "\r\n\r\nx"; }},
    {"blank_folds", 100'000,
     [](size_t n) { return "Subject: x" + repeated(n, "\r\n \t") + "\r\nContent-Type: text/html\r\n\r\nx"; }},
    {"bare_cr", 50'000, [](size_t n) { return "Subject: x" + repeated(n, "\rContent-Type: a/b") + "\r\n\r\nx"; }},
    {"lines_that_are_no_fields", 50'000, [](size_t n) { return "A: b\r\n" + repeated(n, "x\r\n") + multi + "\r\nx"; }},
    {"encoded_words", 5'000,
     [](size_t n) { return "Content-Type: text/plain; name=\"" + repeated(n, "=?utf-8?Q?a?= ") + "\"\r\n\r\nx"; }},
    {"half_encoded_words", 20'000,
     [](size_t n) { return "Content-Type: text/plain; name=\"" + repeated(n, "=?utf-8?Q?") + "\"\r\n\r\nx"; }},
    {"nested_multiparts", 10'000,
     [](size_t n) {
       return numbered(
           n, [](auto i) { return "Content-Type: multipart/mixed; boundary=b" + i + "x\r\n\r\n--b" + i + "x\r\n"; });
     }},
    {"nested_multiparts_of_one_boundary", 10'000,
     [](size_t n) { return repeated(n, "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"); }},
    {"nested_without_blank_lines", 10'000,
     [](size_t n) {
       return numbered(n,
                       [](auto i) { return "Content-Type: multipart/mixed; boundary=b" + i + "\r\n--b" + i + "\r\n"; });
     }},
    {"empty_parts", 50'000, [](size_t n) { return multi + "\r\n" + repeated(n, "--x\r\n\r\n"); }},
    {"parts_with_early_ends", 4'000,
     [](size_t n) { return multi + "\r\n" + repeated(n, "--x\r\nno field\r\nContent-Type: text/html\r\n\r\ny\r\n"); }},
    {"loose_delimiters", 50'000, [](size_t n) { return multi + "\r\n" + repeated(n, "--xy\r\n\r\n"); }},
    {"delimiters_to_guess", 50'000,
     [](size_t n) {
       return "Content-Type: multipart/mixed\r\n\r\n" +
              numbered(n, [](auto i) { return "--" + i + "\r\nContent-x\r\n"; });
     }},
    {"reopened", 50'000, [](size_t n) { return multi + "\r\n" + repeated(n, "--x--\r\n--x\r\n\r\n"); }},
    {"dashes", 100'000, [](size_t n) { return multi + "\r\n--x\r\n\r\n" + repeated(n, "--\r\n"); }},
    {"base64_lines", 100'000,
     [](size_t n) { return "Content-Transfer-Encoding: base64\r\n\r\n" + repeated(n, "QQ==\r\n!"); }},
    {"quoted_printable_blanks", 500'000,
     [](size_t n) { return "Content-Transfer-Encoding: quoted-printable\r\n\r\n=" + std::string(n, ' ') + "x"; }},
    {"quoted_printable_bad_escapes", 200'000,
     [](size_t n) { return "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + repeated(n, "=x"); }},
    {"unknown_encoding", 100'000,
     [](size_t n) { return "Content-Transfer-Encoding: x-unheard-of\r\n\r\n" + repeated(n, "=   \t=41"); }},
    {"uuencode_begins", 50'000,
     [](size_t n) {
       return "Content-Transfer-Encoding: x-uuencode\r\n\r\n" + repeated(n, "begin 644 a\r\n#86)C\r\nend\r\n");
     }},
    {"uuencode_lines", 50'000,
     [](size_t n) {
       return "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + repeated(n, "#86)C\r\n");
     }},
    {"utf7", 100'000,
     [](size_t n) { return "Content-Type: text/plain; charset=utf-7\r\n\r\n" + repeated(n, "+AEE-"); }},
    {"trailing_blanks", 100'000,
     [](size_t n) {
       return multi + "\r\n--x\r\n" + multi + "\r\n--x\r\n\r\n" + std::string(n, ' ') + "\r\n--x--\r\n" +
              std::string(n, '\n');
     }},
};

INSTANTIATE_TEST_SUITE_P(Growths, Linear, ::testing::ValuesIn(growths),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace postern::mime
