// SPDX-License-Identifier: MIT
// The X-Spam-* fields of a copy, as SpamAssassin and amavisd-new write them: X-Spam-Score, -Level and -Status from the recipient's level
// tag on, X-Spam-Flag from tag2 on. Where we have scored a mail, fields of these names that came with it are removed: a sender must not
// score his own mail. Pure.
#pragma once
#include "mail/judgement.h"
#include "mail/plan.h"

namespace postern::act {

void add_spam_fields(const mail::Judgement& judgement, const mail::RecipientJudgement& recipient, mail::HeaderEdits& edits);

}  // namespace postern::act
