// SPDX-License-Identifier: MIT
#include "receive/job.h"

#include "mail/codec.h"

namespace postern::receive {
namespace {

using base::WireReader;
using base::WireWriter;

enum class Message : uint32_t { job, cancel };

}  // namespace

std::string encode(const Job& job) {
  WireWriter out;
  out.u32(static_cast<uint32_t>(Message::job)).i64(job.deadline.at().time_since_epoch().count());
  out.u32(job.attempt).flag(job.examine_only);
  out.list(job.crashed, [](WireWriter& w, uint32_t n) { w.u32(n); });
  out.list(job.policy_banks, [](WireWriter& w, const std::string& b) { w.text(b); });
  mail::write(out, job.mail);
  return out.take();
}

Job decode_job(base::Packet packet) {
  WireReader in(packet.bytes);
  if (in.u32() != static_cast<uint32_t>(Message::job) || packet.descriptors.empty()) throw base::WireError("not a job");
  Job job;
  job.deadline = support::Deadline(support::Deadline::Clock::time_point(std::chrono::nanoseconds(in.i64())));
  job.attempt = in.u32();
  job.examine_only = in.flag();
  job.crashed = in.list<uint32_t>([](WireReader& r) { return r.u32(); });
  job.policy_banks = in.list<std::string>([](WireReader& r) { return r.text(); });
  job.mail = mail::read_received_mail(in);
  job.mail.content = base::Content(std::move(packet.descriptors.front()));
  return job;
}

bool is_cancellation(const base::Packet& packet) { return packet.bytes == cancellation(); }

std::string cancellation() { return WireWriter().u32(static_cast<uint32_t>(Message::cancel)).bytes(); }

std::string encode(const Result& result) {
  WireWriter out;
  mail::write(out, result.outcome);
  out.text(result.explanation).flag(result.not_ready);
  return out.take();
}

Result decode_result(const base::Packet& packet) {
  WireReader in(packet.bytes);
  Result result;
  result.outcome = mail::read_outcome(in);
  result.explanation = in.text();
  result.not_ready = in.flag();
  return result;
}

std::string readiness() { return "ready"; }

bool is_readiness(const base::Packet& packet) { return packet.bytes == readiness(); }

}  // namespace postern::receive
