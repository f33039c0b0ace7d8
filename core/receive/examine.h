// SPDX-License-Identifier: MIT
// How a tool on this machine has a mail examined by the running filter without any effect: it connects to the examine socket
// (SEQPACKET) and sends the envelope's facts with the mail's descriptor; the answer is the explanation as JSON.
#pragma once
#include <string>

#include "base/packet.h"
#include "mail/received_mail.h"

namespace postern::receive {

std::string encode_examination(const mail::ReceivedMail& mail);     // content's descriptor goes beside
mail::ReceivedMail decode_examination(base::Packet packet);         // errors: base::WireError

}  // namespace postern::receive
