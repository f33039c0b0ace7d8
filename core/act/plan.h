// SPDX-License-Identifier: MIT
// The dispatcher on paper: from the judgement to what is to be done for each recipient. Pure.
#pragma once
#include <functional>
#include <string>

#include "mail/judgement.h"
#include "mail/plan.h"
#include "mail/received_mail.h"

namespace postern::act {

struct PlanSettings {
  std::string hostname;                        // in Received and X-Virus-Scanned
  std::function<std::string()> quarantine_id;  // asked once, and only when copies are held: it reads the whole mail
};

mail::Plan plan(const mail::ReceivedMail& mail, const mail::Judgement& judgement, const PlanSettings& settings);

}  // namespace postern::act
