// SPDX-License-Identifier: MIT
// What travels between reception and a worker: a job one way, its result back. Codec only; base/packet.h carries it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/packet.h"
#include "mail/outcome.h"
#include "mail/received_mail.h"
#include "postern/support/deadline.h"

namespace postern::receive {

struct Job {
  mail::ReceivedMail mail;
  std::vector<std::string> policy_banks;  // of the listener
  support::Deadline deadline;             // by which the result must be there
  uint32_t attempt = 1;                   // 2: a worker died of it; 3: two did, it is not examined again
  std::vector<uint32_t> crashed;          // numbers of the instances that were at work when one died
  bool examine_only = false;              // for the tools: judge it, do nothing, answer with the explanation
};

struct Result {
  mail::Outcome outcome;
  std::string explanation;  // JSON, of an examine_only job
  bool not_ready = false;   // the worker has courtesies to do first; readiness() follows
};

// The content's descriptor goes beside the bytes.
std::string encode(const Job& job);
Job decode_job(base::Packet packet);  // errors: base::WireError, std::system_error
bool is_cancellation(const base::Packet& packet);
std::string cancellation();

std::string encode(const Result& result);
Result decode_result(const base::Packet& packet);
std::string readiness();
bool is_readiness(const base::Packet& packet);

}  // namespace postern::receive
