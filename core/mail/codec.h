// SPDX-License-Identifier: MIT
// The products that travel between our processes, as bytes: a received mail from reception to a worker (its content goes as
// a descriptor beside it), an outcome back, a part from the unpacker. Readers: base::WireError on anything that cannot be.
#pragma once
#include "base/wire.h"
#include "mail/contents.h"
#include "mail/outcome.h"
#include "mail/received_mail.h"

namespace postern::mail {

void write(base::WireWriter& out, const ReceivedMail& mail);           // all but content
ReceivedMail read_received_mail(base::WireReader& in);                 // content is empty

void write(base::WireWriter& out, const Outcome& outcome);
Outcome read_outcome(base::WireReader& in);

void write(base::WireWriter& out, const Part& part);
Part read_part(base::WireReader& in);

void write(base::WireWriter& out, const Defect& defect);
Defect read_defect(base::WireReader& in);

}  // namespace postern::mail
