// SPDX-License-Identifier: MIT
// The dispatcher on paper: from the judgement to what is to be done for each recipient. Pure.
#pragma once
#include <string>

#include "mail/judgement.h"
#include "mail/plan.h"
#include "mail/received_mail.h"

namespace postern::act {

struct PlanSettings {
  std::string hostname;       // in Received and X-Virus-Scanned
  std::string quarantine_id;  // to use, should one be needed
};

mail::Plan plan(const mail::ReceivedMail& mail, const mail::Judgement& judgement, const PlanSettings& settings);

}  // namespace postern::act
