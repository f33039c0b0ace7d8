// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "presets.h"

namespace postern::socket {
namespace {

using support::Outcome;
using support::ScanVerdict;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Dialogue dialogue_by(const char* name) {
  for (const Preset& preset : presets()) {
    if (std::string_view(preset.name) != name) continue;
    Dialogue d;
    d.query = preset.query;
    d.greeting = Pattern(preset.greeting), d.infected = Pattern(preset.infected), d.clean = Pattern(preset.clean);
    d.encrypted = Pattern(preset.encrypted), d.incomplete = Pattern(preset.incomplete), d.ignored = Pattern(preset.ignore);
    d.last = Pattern(preset.last);
    return d;
  }
  throw std::logic_error(name);
}

// One byte at a time, then the daemon closes. An answer that is not complete by then is none.
ScanVerdict verdict(const char* preset, std::string_view answer) {
  const Dialogue dialogue = dialogue_by(preset);
  const Subject subject{"/run/x/0", "/run/x", "bytes"};
  Answer a(dialogue, subject);
  bool is_complete = false;
  for (size_t n = 0; n < answer.size() && !is_complete; ++n) is_complete = a.put(answer.substr(n, 1));
  if (!is_complete && !a.end()) return {Outcome::failed, a.verdict().names, "cut"};
  return a.verdict();
}

std::string text_of(const std::string& query, const Subject& subject) {
  const Question question(query, subject);
  std::string all;
  for (const std::string_view piece : question.pieces()) all += piece;
  return all;
}
std::string asked(const char* preset) {
  const Dialogue dialogue = dialogue_by(preset);
  const Subject subject{"/run/x/0", "/run/x", "by{path}es"};
  return text_of(dialogue.query, subject);
}

TEST(SocketProtocol, AsksAsTheDaemonWantsIt) {
  EXPECT_EQ(asked("sophie"), "/run/x/\n");
  EXPECT_EQ(asked("savdi"), "SSSP/1.0 SCANDATA 10\nby{path}es");
  EXPECT_EQ(asked("fpscand"), "SCAN STREAM part SIZE 10\nby{path}es\n");
  EXPECT_EQ(asked("avast"), "SCAN /run/x/0\n");
  EXPECT_EQ(asked("avast4"), "SCAN /run/x\r\nQUIT\r\n");
  EXPECT_EQ(text_of("{x} {bytes}{ {size}", {"", "", "b"}), "{x} b{ 1");
}

struct Case {
  const char* preset;
  std::string answer;
  Outcome outcome;
  std::vector<std::string> names = {};
};

TEST(SocketProtocol, KnowsWhatItsDaemonsSay) {
  using namespace std::string_literals;
  const Case cases[] = {
      {"sophie", "0", Outcome::clean},
      {"sophie", "0\n", Outcome::clean},
      {"sophie", "0\0"s, Outcome::clean},
      {"sophie", "0:\r\n", Outcome::clean},
      {"sophie", "1:EICAR-AV-Test", Outcome::infected, {"EICAR-AV-Test"}},
      {"trophie", "1:Eicar_test_file\n", Outcome::infected, {"Eicar_test_file"}},
      {"sophie", "1\n", Outcome::infected, {"unnamed"}},
      {"sophie", "-1:no such file", Outcome::failed},
      {"sophie", "", Outcome::failed},
      {"sophie", "01", Outcome::failed},
      {"sophie", "10:x", Outcome::failed},
      {"savdi", "ACC 4D1E/1\r\nDONE OK 0000 The function call succeeded\r\n\r\n", Outcome::clean},
      {"savdi", "ACC 4D1E/1\r\nVIRUS EICAR-AV-Test \r\nDONE OK 0203 Virus found during virus scan\r\n", Outcome::infected, {"EICAR-AV-Test"}},
      {"savdi", "ACC 4D1E/1\r\nDONE FAIL 0212 Encrypted\r\n", Outcome::encrypted},
      {"savdi", "ACC 4D1E/1\r\nDONE FAIL 0201 Failed\r\n", Outcome::failed},
      {"savdi", "REJ 4\r\n", Outcome::incomplete},
      {"savdi", "REJ 1\r\n", Outcome::failed},
      {"savdi", "ACC 4D1E/1\r\n", Outcome::failed},
      {"fpscand", "0 <clean> part\n", Outcome::clean},
      {"fpscand", "1 <infected: EICAR_Test_File> part\n", Outcome::infected, {"EICAR_Test_File"}},
      {"fpscand", "3 <infected: W32/X (exact)> part->a.exe\n", Outcome::infected, {"W32/X (exact)"}},
      {"fpscand", "12 <contains infected objects: Foo> part\n", Outcome::infected, {"Foo"}},
      {"fpscand", "64 <not scanned: password> part\n", Outcome::incomplete},
      {"fpscand", "4 <error> part\n", Outcome::failed},
      {"fpscand", "0", Outcome::failed},
      {"fpscand", "0 <cle", Outcome::failed},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[+]\r\n200 SCAN OK\r\n", Outcome::clean},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[L]0.0\t0 Eicar\\ [Heur]\r\n200 SCAN OK\r\n", Outcome::infected, {"Eicar\\ [Heur]"}},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0|>b\t[L]0.0\t0 Two\r\nSCAN /run/x/0\t[+]\r\n200 SCAN OK\r\n", Outcome::infected, {"Two"}},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[E]0.0\tError 42056 Archive is password protected\r\n200 SCAN OK\r\n", Outcome::encrypted},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[E]0.0\tError 42125 ZIP archive is corrupted\r\n200 SCAN OK\r\n", Outcome::incomplete},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[E]0.0\tError 13 Permission denied\r\n200 SCAN OK\r\n", Outcome::failed},
      {"avast", "451 SCAN Engine error 13 permission denied\r\n", Outcome::failed},
      {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[+]\r\n", Outcome::failed},
      {"avast", "210 SCAN DATA\r\n200 SCAN OK\r\n", Outcome::failed},
      {"avast4", "200 OK\r\n/run/x/0\t[+]\r\n221 Bye\r\n", Outcome::clean},
      {"avast4", "200 OK\r\n/run/x/0\t[L]\t0 EICAR Test-NOT virus!!!\r\n", Outcome::infected, {"EICAR Test-NOT virus!!!"}},
      {"avg", "220 AVG\r\n200 ok\r\n", Outcome::clean},
      {"avg", "403 File '/run/x/0', is infected with: EICAR_Test\r\n", Outcome::infected, {"EICAR_Test"}},
      {"avg", "406 error\r\n", Outcome::failed},
      {"scannerdaemon", "OK\n", Outcome::clean},
      {"scannerdaemon", "FOUND: Eicar\n", Outcome::infected, {"Eicar"}},
      {"scannerdaemon", "ERROR\n", Outcome::failed},
  };
  for (const Case& c : cases) {
    const ScanVerdict v = verdict(c.preset, c.answer);
    EXPECT_EQ(v.outcome, c.outcome) << c.preset << ": " << c.answer << v.why;
    EXPECT_EQ(v.names, c.names) << c.preset << ": " << c.answer;
  }
}

// Of each answer that says clean, every beginning but those that say the same in fewer words is a failure.
TEST(SocketProtocol, ACutAnswerIsNotClean) {
  const Case cases[] = {{"savdi", "ACC 4D1E/1\r\nDONE OK 0000 The function call succeeded\r\n", Outcome::clean},
                        {"fpscand", "0 <clean> part\n", Outcome::clean},
                        {"avast", "210 SCAN DATA\r\nSCAN /run/x/0\t[+]\r\n200 SCAN OK\r\n", Outcome::clean}};
  const std::string enough[] = {"DONE OK 0000", "0 <clean>", "200 SCAN OK"};
  for (size_t n = 0; n < std::size(cases); ++n) {
    const size_t said = cases[n].answer.find(enough[n]) + enough[n].size();
    for (size_t length = 0; length < cases[n].answer.size(); ++length)
      EXPECT_EQ(verdict(cases[n].preset, cases[n].answer.substr(0, length)).outcome == Outcome::clean, length >= said) << cases[n].preset << length;
  }
}

TEST(SocketProtocol, AnAnswerWithoutEndIsNone) {
  const Dialogue dialogue = dialogue_by("avast4");
  const Subject subject;
  Answer line(dialogue, subject), lines(dialogue, subject);
  EXPECT_TRUE(line.put(std::string(70000, 'x')));
  EXPECT_THAT(line.verdict().why, HasSubstr("endless line"));
  const std::string row = "200 " + std::string(1000, 'x') + "\n";
  bool is_complete = false;
  for (int n = 0; n < 2000 && !is_complete; ++n) is_complete = lines.put(row);
  EXPECT_EQ(lines.verdict().outcome, Outcome::failed);
  EXPECT_THAT(lines.verdict().why, HasSubstr("without end"));
}

TEST(SocketProtocol, NamesAreShortAndFew) {
  const std::string many = [] {
    std::string all;
    for (int n = 0; n < 500; ++n) all += "/run/x/0\t[L]\t0 Virus" + std::to_string(n) + "\n";
    return all;
  }();
  EXPECT_EQ(verdict("avast4", many).names.size(), 100u);
  EXPECT_EQ(verdict("sophie", "1:" + std::string(5000, 'x')).names.at(0).size(), 200u);
}

// Our own path in a pattern: whoever wants to be sure that the line is about the part.
TEST(SocketProtocol, PatternsSeeThePlaceholderInsteadOfThePath) {
  Dialogue dialogue;
  dialogue.clean = Pattern("^{path} is ok in {directory}$");
  const Subject subject{"/run/x/0", "/run/x", ""};
  Answer answer(dialogue, subject);
  answer.put("/run/x/0 is ok in /run/x\n");
  EXPECT_TRUE(answer.end());
  EXPECT_EQ(answer.verdict().outcome, Outcome::clean);
}

}  // namespace
}  // namespace postern::socket
