// SPDX-License-Identifier: MIT
#include "mail/codec.h"

namespace postern::mail {
namespace {

using base::WireError;
using base::WireReader;
using base::WireWriter;

// An enumerator from another process is believed only within its range.
template <class Enum>
Enum read_enum(WireReader& in, Enum last) {
  const uint32_t v = in.u32();
  if (v > static_cast<uint32_t>(last)) throw WireError("message between processes holds an unknown value");
  return static_cast<Enum>(v);
}
template <class Enum>
void write_enum(WireWriter& out, Enum v) {
  out.u32(static_cast<uint32_t>(v));
}

void write_text(WireWriter& out, const std::string& text) { out.text(text); }
std::string read_text(WireReader& in) { return in.text(); }

void write_recipient(WireWriter& out, const Recipient& r) { out.text(r.address).text(r.notify).text(r.orcpt); }
Recipient read_recipient(WireReader& in) {
  Recipient r;
  r.address = in.text();
  r.notify = in.text();
  r.orcpt = in.text();
  return r;
}

void write_reply(WireWriter& out, const Reply& r) { out.i32(r.code).text(r.enhanced).text(r.text); }
Reply read_reply(WireReader& in) {
  Reply r;
  r.code = in.i32();
  r.enhanced = in.text();
  r.text = in.text();
  if (r.code < 200 || r.code > 599) throw WireError("message between processes holds an impossible reply code");
  return r;
}

}  // namespace

void write(WireWriter& out, const ReceivedMail& mail) {
  out.text(mail.mail_id).text(mail.log_id);
  const Envelope& e = mail.envelope;
  out.text(e.sender);
  write_enum(out, e.body);
  out.flag(e.smtputf8).text(e.ret).text(e.envid).flag(e.declared_size.has_value()).u64(e.declared_size.value_or(0));
  out.list(e.recipients, write_recipient);
  const Client& c = mail.client;
  for (const auto* t : {&c.name, &c.address, &c.port, &c.helo, &c.protocol, &c.source, &c.ident}) out.text(*t);
  out.text(mail.peer).text(mail.listener);
  write_enum(out, mail.protocol);
  out.i64(std::chrono::duration_cast<std::chrono::milliseconds>(mail.arrived.time_since_epoch()).count());
}

ReceivedMail read_received_mail(WireReader& in) {
  ReceivedMail mail;
  mail.mail_id = in.text();
  mail.log_id = in.text();
  Envelope& e = mail.envelope;
  e.sender = in.text();
  e.body = read_enum(in, BodyType::eight_bit_mime);
  e.smtputf8 = in.flag();
  e.ret = in.text();
  e.envid = in.text();
  const bool has_size = in.flag();
  const uint64_t size = in.u64();
  if (has_size) e.declared_size = size;
  e.recipients = in.list<Recipient>(read_recipient);
  Client& c = mail.client;
  for (auto* t : {&c.name, &c.address, &c.port, &c.helo, &c.protocol, &c.source, &c.ident}) *t = in.text();
  mail.peer = in.text();
  mail.listener = in.text();
  mail.protocol = read_enum(in, Protocol::local);
  mail.arrived = std::chrono::system_clock::time_point(std::chrono::milliseconds(in.i64()));
  return mail;
}

void write(WireWriter& out, const Outcome& outcome) {
  out.list(outcome.recipients, [](WireWriter& w, const RecipientOutcome& r) {
    write_reply(w, r.reply);
    write_enum(w, r.disposition);
    w.text(r.where);
  });
  out.text(outcome.quarantine_id).text(outcome.quarantine_file);
}

Outcome read_outcome(WireReader& in) {
  Outcome outcome;
  outcome.recipients = in.list<RecipientOutcome>([](WireReader& r) {
    RecipientOutcome one;
    one.reply = read_reply(r);
    one.disposition = read_enum(r, Disposition::rejected);
    one.where = r.text();
    return one;
  });
  outcome.quarantine_id = in.text();
  outcome.quarantine_file = in.text();
  return outcome;
}

void write(WireWriter& out, const Part& part) {
  out.u32(part.parent).u32(part.depth).u32(part.flags);
  write_enum(out, part.source);
  out.u64(part.offset).u64(part.size).u64(part.raw_offset).u64(part.raw_size);
  out.raw(part.digest.data(), part.digest.size());
  for (const auto* t : {&part.path, &part.declared_type, &part.detected_type, &part.encoding, &part.role, &part.decoder}) out.text(*t);
  out.list(part.names, write_text);
  out.list(part.defects, [](WireWriter& w, const Defect& d) { write(w, d); });
}

Part read_part(WireReader& in) {
  Part part;
  part.parent = in.u32();
  part.depth = in.u32();
  part.flags = in.u32();
  part.source = read_enum(in, Part::Source::arena);
  part.offset = in.u64();
  part.size = in.u64();
  part.raw_offset = in.u64();
  part.raw_size = in.u64();
  const std::string_view digest = in.take(part.digest.size());
  std::memcpy(part.digest.data(), digest.data(), digest.size());
  for (auto* t : {&part.path, &part.declared_type, &part.detected_type, &part.encoding, &part.role, &part.decoder}) *t = in.text();
  part.names = in.list<std::string>(read_text);
  part.defects = in.list<Defect>(read_defect);
  return part;
}

void write(WireWriter& out, const Defect& defect) {
  write_enum(out, defect.kind);
  out.text(defect.code).text(defect.text);
}

Defect read_defect(WireReader& in) {
  Defect d;
  d.kind = read_enum(in, DefectKind::note);
  d.code = in.text();
  d.text = in.text();
  return d;
}

}  // namespace postern::mail
