// SPDX-License-Identifier: MIT
#include "receive/final_reply.h"

#include <gtest/gtest.h>

namespace postern::receive {
namespace {

using mail::Disposition;
using mail::Outcome;
using mail::Protocol;
using mail::RecipientOutcome;

const RecipientOutcome delivered{{250, "2.0.0", "Ok"}, Disposition::delivered, ""};
const RecipientOutcome discarded{{250, "2.7.0", "Ok, discarded"}, Disposition::discarded, ""};
const RecipientOutcome rejected{{554, "5.7.0", "Reject"}, Disposition::rejected, ""};
const RecipientOutcome deferred{{450, "4.4.1", "later"}, Disposition::deferred, ""};

std::vector<int> codes(const std::vector<RecipientOutcome>& recipients, Protocol protocol, size_t expected) {
  std::vector<int> all;
  Outcome outcome;
  outcome.recipients = recipients;
  for (const mail::Reply& r : final_replies(outcome, protocol, expected)) all.push_back(r.code);
  return all;
}

using Codes = std::vector<int>;

TEST(FinalReplies, AreOneForEachRecipientInLmtp) {
  EXPECT_EQ(codes({delivered, rejected, deferred, discarded}, Protocol::lmtp, 4), (Codes{250, 554, 450, 250}));
}

TEST(FinalReplies, AreOneForAllInSmtp) {
  for (const Protocol protocol : {Protocol::smtp, Protocol::esmtp}) {
    EXPECT_EQ(codes({delivered, discarded}, protocol, 2), Codes{250});
    EXPECT_EQ(codes({rejected, rejected}, protocol, 2), Codes{554});
  }
}

TEST(FinalReplies, AreTemporaryInSmtpAsSoonAsOneIs) {
  EXPECT_EQ(codes({delivered, deferred}, Protocol::esmtp, 2), Codes{450});
  EXPECT_EQ(codes({rejected, deferred}, Protocol::esmtp, 2), Codes{450});
}

TEST(FinalReplies, OfAMixtureNobodyWasToldOfIsComeAgain) {
  EXPECT_EQ(codes({delivered, rejected}, Protocol::esmtp, 2), Codes{451});
}

TEST(FinalReplies, OfTooFewOutcomesAre451) {
  EXPECT_EQ(codes({delivered}, Protocol::lmtp, 3), (Codes{250, 451, 451}));
  EXPECT_EQ(codes({delivered}, Protocol::esmtp, 2), Codes{451});
  EXPECT_EQ(codes({}, Protocol::esmtp, 1), Codes{451});
  EXPECT_EQ(codes({}, Protocol::esmtp, 0), Codes{451});
}

TEST(FinalReplies, DoNotBelieveASuccessBehindWhichNothingStands) {
  const RecipientOutcome empty_promise{{250, "2.0.0", "Ok"}, Disposition::deferred, ""};
  EXPECT_EQ(codes({empty_promise}, Protocol::esmtp, 1), Codes{451});
  EXPECT_EQ(codes({empty_promise}, Protocol::lmtp, 1), Codes{451});
}

TEST(FinalReplies, DoNotPassOnWhatIsNoFinalReply) {
  const RecipientOutcome odd{{354, "", "go on"}, Disposition::delivered, ""};
  EXPECT_EQ(codes({odd}, Protocol::esmtp, 1), Codes{451});
}

TEST(FinalReplies, IgnoreOutcomesOfNobody) {
  EXPECT_EQ(codes({delivered, rejected}, Protocol::lmtp, 1), Codes{250});
}

}  // namespace
}  // namespace postern::receive
