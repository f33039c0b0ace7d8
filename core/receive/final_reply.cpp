// SPDX-License-Identifier: MIT
#include "receive/final_reply.h"

namespace postern::receive {
namespace {

using mail::Reply;

// A success without anything that stands behind it is a mistake of ours, and a mistake of ours is "come again later".
Reply believed(const mail::RecipientOutcome& r) {
  const bool stands = r.disposition == mail::Disposition::deferred ? !r.reply.is_success() : true;
  return stands && (r.reply.is_success() || r.reply.is_temporary() || r.reply.is_permanent()) ? r.reply : Reply{};
}

// Temporary wins: the mail comes again as a whole. A permanent refusal stands only where it is everybody's, because carrying out told the
// sender of the others.
Reply folded(const std::vector<Reply>& each) {
  const Reply* success = nullptr;
  const Reply* refusal = nullptr;
  for (const Reply& r : each) {
    if (r.is_temporary()) return r;
    if (r.is_success() && !success) success = &r;
    if (r.is_permanent() && !refusal) refusal = &r;
  }
  if (success && refusal) return Reply{};  // nobody told the sender about the refused ones
  return success ? *success : refusal ? *refusal : Reply{};
}

}  // namespace

std::vector<Reply> final_replies(const mail::Outcome& outcome, mail::Protocol protocol, size_t recipients) {
  std::vector<Reply> each(recipients);
  for (size_t i = 0; i < recipients && i < outcome.recipients.size(); ++i) each[i] = believed(outcome.recipients[i]);
  if (protocol == mail::Protocol::lmtp) return each;
  return {folded(each)};
}

}  // namespace postern::receive
