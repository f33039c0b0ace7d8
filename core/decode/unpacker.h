// SPDX-License-Identifier: MIT
// The worker's side of the confined companion process: gives it a mail, takes the tree of parts, and survives its death. The
// companion is forked on first use and stays for the mails that follow; it dies with its worker. [worker], not thread-safe.
//
// A companion that dies is replaced and the mail opened again; the second death on the same mail marks the part it died on as
// crashed and goes round it. One that overruns its time is killed: what it had found stands, the rest is a limit.
// Throws std::system_error or base::TemporaryFailure when the machine cannot provide a companion at all.
#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "base/progress.h"
#include "decode/budget.h"
#include "decode/cage.h"
#include "decode/type_detector.h"
#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/received_mail.h"
#include "plugin/instance.h"
#include "postern/support/deadline.h"

namespace postern::decode {

struct UnpackerSettings {
  CageLimits cage;                                // of the companion, for all mails
  std::vector<const plugin::Instance*> decoders;  // in the order of the configuration
  std::vector<const plugin::Instance*> scanners;  // those whose home is the cage
  const TypeDetector* types = nullptr;            // opened before the fork, outlives the unpacker
};

class Unpacker {
 public:
  explicit Unpacker(UnpackerSettings settings);
  ~Unpacker();  // ends the companion

  mail::Contents unpack(const mail::ReceivedMail& mail, const Limits& limits, const support::Deadline& deadline);

  // Runs a confined scanner over the contents that unpack() returned last; scanner: index into settings.scanners.
  mail::ScanReport scan(size_t scanner, const support::Deadline& deadline);

  int companion() const;  // its process id, for status and tests; 0: none at the moment

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::decode
