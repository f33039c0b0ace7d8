// SPDX-License-Identifier: MIT
// Teaches the scanners that can be taught (postern.learn/1) what a released mail really was. Opens their plug-ins in this process, which is the
// request's own; managed engines are those that already run. Never throws for what a scanner does. [control]
#pragma once
#include <string>

#include "config/configuration.h"
#include "mail/received_mail.h"
#include "postern/learn.h"

namespace postern::daemon {

// kind: POSTERN_LEARN_*. A line for each scanner: "spamassassin: learned as ham", or why not.
std::string teach(const config::Configuration& configuration, const mail::ReceivedMail& mail, int32_t kind);

}  // namespace postern::daemon
