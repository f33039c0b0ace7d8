// SPDX-License-Identifier: MIT
#include "receive/job.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/wire.h"

namespace postern::receive {
namespace {

base::UniqueFd copy(int fd) {
  return base::UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

Job a_job() {
  Job job;
  job.mail.mail_id = "AbCdEfGhIjKl";
  job.mail.envelope.sender = "a@example.org";
  job.mail.envelope.recipients = {{"b@example.org", "NEVER", "rfc822;b"}, {"c@example.org", "", ""}};
  job.mail.content = base::Content::of("Subject: x\r\n\r\n");
  job.policy_banks = {"strict", ""};
  job.deadline = support::Deadline::in(std::chrono::seconds(30));
  job.attempt = 2;
  job.crashed = {0, 4000000000u};
  return job;
}

base::Packet packet(const Job& job) {
  base::Packet p{encode(job), {}};
  p.descriptors.push_back(copy(job.mail.content.fd()));
  return p;
}

TEST(Job, ComesBackAsItWent) {
  const Job job = a_job();
  const Job back = decode_job(packet(job));
  EXPECT_EQ(back.mail.mail_id, job.mail.mail_id);
  EXPECT_EQ(back.mail.envelope.recipients.at(1).address, "c@example.org");
  EXPECT_EQ(back.mail.content.bytes(), job.mail.content.bytes());
  EXPECT_EQ(back.policy_banks, job.policy_banks);
  EXPECT_EQ(back.deadline.at(), job.deadline.at());
  EXPECT_EQ(back.attempt, 2u);
  EXPECT_EQ(back.crashed, job.crashed);
  EXPECT_FALSE(back.examine_only);
}

TEST(Job, CutOffAnywhereIsRefused) {
  const Job job = a_job();
  const std::string whole = encode(job);
  for (size_t n = 0; n < whole.size(); ++n) {
    base::Packet cut{whole.substr(0, n), {}};
    cut.descriptors.push_back(copy(job.mail.content.fd()));
    EXPECT_THROW(decode_job(std::move(cut)), base::WireError) << n;
  }
}

TEST(Job, WithoutItsContentIsRefused) {
  EXPECT_THROW(decode_job({encode(a_job()), {}}), base::WireError);
}

TEST(Job, IsNoCancellationAndACancellationIsNoJob) {
  EXPECT_FALSE(is_cancellation(packet(a_job())));
  base::Packet cancel{cancellation(), {}};
  EXPECT_TRUE(is_cancellation(cancel));
  EXPECT_THROW(decode_job(std::move(cancel)), base::WireError);
}

TEST(Result, ComesBackAsItWent) {
  Result result;
  result.outcome.recipients = {{{250, "2.0.0", "Ok"}, mail::Disposition::delivered, "hop"}, {}};
  result.outcome.quarantine_id = "Q";
  result.outcome.quarantine_file = "virus-Q.eml";
  result.explanation = "{}";
  result.not_ready = true;
  const Result back = decode_result({encode(result), {}});
  ASSERT_EQ(back.outcome.recipients.size(), 2u);
  EXPECT_EQ(back.outcome.recipients[0].disposition, mail::Disposition::delivered);
  EXPECT_EQ(back.outcome.recipients[1].reply.code, 451);
  EXPECT_EQ(back.outcome.quarantine_id, "Q");
  EXPECT_EQ(back.outcome.quarantine_file, "virus-Q.eml");
  EXPECT_TRUE(back.not_ready);
}

TEST(Result, CutOffAnywhereIsRefusedAndReadinessIsNoResult) {
  Result result;
  result.outcome.recipients.resize(1);
  const std::string whole = encode(result);
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_THROW(decode_result({whole.substr(0, n), {}}), base::WireError) << n;
  EXPECT_FALSE(is_readiness({whole, {}}));
  EXPECT_TRUE(is_readiness({readiness(), {}}));
  EXPECT_THROW(decode_result({readiness(), {}}), base::WireError);
}

}  // namespace
}  // namespace postern::receive
