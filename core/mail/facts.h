// SPDX-License-Identifier: MIT
// A mail's facts by the names plug-ins ask for with host->attr: "mail.from", "client.addr", "header.subject" … (postern/plugin.h).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "mail/received_mail.h"

namespace postern::mail {

// The nth value; false: there is none of that name or number.
bool fact(const ReceivedMail& mail, std::string_view name, uint32_t nth, std::string* value);

}  // namespace postern::mail
