// SPDX-License-Identifier: MIT
// A decoder that does to the unpacker what the mail asks for. It bids highest for whole mails, and leaves those that
// ask for nothing to the others.
#include <postern/plugin.hpp>

#include "../manners.h"

namespace {

class RudeDecoder {
 public:
  static constexpr postern_option options[] = {
      postern::option("gate", POSTERN_T_STRING, nullptr, "file of the gate for \"block\""),
      postern::option("word", POSTERN_T_STRING, "X-Rude-Decoder", "the field that asks for a manner")};
  static constexpr const char* accepts[] = {"message/rfc822", nullptr};

  explicit RudeDecoder(const postern::Config& config) : gate_(config.text("gate")), word_(config.text("word")) {}

  int probe(postern::Job&, const postern::Part& mail) {
    return postern::faults::manner(mail.text(), word_).empty() ? 0 : 100;
  }
  void decode(postern::Job&, const postern::Part& mail) {
    postern::faults::misbehave(postern::faults::manner(mail.text(), word_), gate_);
    throw postern::Error(POSTERN_E_UNSUPPORTED, "not mine after all");
  }

 private:
  postern::faults::Gate gate_;
  std::string word_;
};

}  // namespace

POSTERN_PLUGIN(RudeDecoder, "org.postern.test.rude-decoder", "Rude decoder", "1.0", "Postern", "MIT", "")
