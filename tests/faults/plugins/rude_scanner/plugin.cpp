// SPDX-License-Identifier: MIT
// A scanner that does to its worker what the mail asks for, and otherwise works: it knows the EICAR test file.
#include <postern/plugin.hpp>

#include "../manners.h"

namespace {

class RudeScanner {
 public:
  static constexpr postern_option options[] = {
      postern::option("gate", POSTERN_T_STRING, nullptr, "file of the gate for \"block\""),
      postern::option("start-gate", POSTERN_T_STRING, nullptr,
                      "file of a gate to wait at while the generation prepares"),
      postern::option("word", POSTERN_T_STRING, "X-Rude", "the field that asks for a manner")};
  static constexpr bool whole = true;

  explicit RudeScanner(const postern::Config& config) : gate_(config.text("gate")), word_(config.text("word")) {
    if (config.has("start-gate")) postern::faults::Gate(config.text("start-gate")).enter();
  }

  void scan(postern::Job& job, const postern::Part& mail) {
    const std::string_view text = mail.text();
    postern::faults::misbehave(postern::faults::manner(text, word_), gate_);
    if (text.find("EICAR-STANDARD-ANTIVIRUS-TEST-FILE") != std::string_view::npos)
      job.malware("Eicar-Test-Signature", mail);
  }

 private:
  postern::faults::Gate gate_;
  std::string word_;
};

}  // namespace

POSTERN_PLUGIN(RudeScanner, "org.postern.test.rude-scanner", "Rude scanner", "1.0", "Postern", "MIT", "")
