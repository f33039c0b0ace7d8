// SPDX-License-Identifier: MIT
#include "receive/examine.h"

#include "base/sealed_file.h"
#include "mail/codec.h"

namespace postern::receive {

std::string encode_examination(const mail::ReceivedMail& mail) {
  base::WireWriter out;
  mail::write(out, mail);
  return out.take();
}

mail::ReceivedMail decode_examination(base::Packet packet) {
  base::WireReader in(packet.bytes);
  mail::ReceivedMail mail = mail::read_received_mail(in);
  if (packet.descriptors.empty()) throw base::WireError("no content");
  // The tool's file could change under the scanners: what is examined is our own sealed copy.
  const base::Content theirs(std::move(packet.descriptors.front()));
  base::SealedFile copy;
  copy.write(theirs.bytes());
  mail.content = base::Content(copy.seal());
  mail.protocol = mail::Protocol::local;
  return mail;
}

}  // namespace postern::receive
