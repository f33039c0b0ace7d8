// SPDX-License-Identifier: MIT
// The queue with workers that are the other ends of its sockets, played by the test.
#include "receive/mail_queue.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/packet.h"

namespace postern::receive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FakeWorker {
 public:
  FakeWorker(MailQueue& queue, uint32_t slot) {
    auto [ours, theirs] = base::packet_pair();
    socket = std::move(ours);
    ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    queue.add_worker(std::move(theirs), slot);
  }
  std::optional<base::Packet> packet() const { return base::receive_packet(socket.get()); }
  std::optional<Job> job() const {
    std::optional<base::Packet> p = packet();
    return p ? std::optional(decode_job(std::move(*p))) : std::nullopt;
  }
  void answer(int code, bool not_ready = false) const {
    Result r;
    r.outcome.recipients.resize(1);
    r.outcome.recipients[0].reply.code = code;
    r.not_ready = not_ready;
    EXPECT_TRUE(base::send_packet(socket.get(), encode(r)));
  }
  void ready() const { EXPECT_TRUE(base::send_packet(socket.get(), readiness())); }
  bool was_let_go() const {
    bool nothing_yet = false;
    return !base::receive_packet(socket.get(), &nothing_yet) && !nothing_yet;
  }
  base::UniqueFd socket;
};

class Queue : public testing::Test {
 protected:
  uint64_t submit(const std::string& id, std::chrono::seconds left = std::chrono::seconds(600)) {
    Job job;
    job.mail.mail_id = id;
    job.mail.envelope.recipients.resize(1);
    job.mail.content = base::Content::of("mail " + id);
    job.deadline = support::Deadline::in(left);
    return queue.submit(std::move(job), [this, id](const Result& r) {
      for (const auto& recipient : r.outcome.recipients)
        answers.push_back(id + " " + std::to_string(recipient.reply.code));
    });
  }
  void go() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  Counters counters;
  std::vector<uint32_t> blamed;
  MailQueue queue{loop, 2, [this](uint32_t slot) { return slots.push_back(slot), blamed; }, counters};
  std::vector<uint32_t> slots;
  std::vector<std::string> answers;
};

TEST_F(Queue, GivesAMailToAnIdleWorkerAndItsAnswerBack) {
  const FakeWorker worker(queue, 1);
  submit("a");
  const std::optional<Job> job = worker.job();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->mail.content.bytes(), "mail a");
  EXPECT_EQ(job->attempt, 1u);
  EXPECT_EQ(counters.busy_workers, 1u);
  worker.answer(250);
  EXPECT_THAT(answers, IsEmpty()) << "never from inside a call";
  go();
  EXPECT_THAT(answers, ElementsAre("a 250"));
  EXPECT_EQ(counters.idle_workers, 1u);
}

TEST_F(Queue, PrefersTheWorkerThatWorkedLast) {
  const FakeWorker first(queue, 1), second(queue, 2);
  submit("a");
  submit("b");
  const FakeWorker& last = second.job() ? second : first;
  last.answer(250);
  go();
  submit("c");
  const std::optional<Job> job = last.job();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->mail.mail_id, "c");
}

TEST_F(Queue, LetsMailsWaitInOrderAndDefersWhatIsTooMany) {
  submit("a");
  submit("b");
  submit("c");
  EXPECT_EQ(counters.waiting, 2u);
  EXPECT_THAT(answers, IsEmpty());
  go();
  EXPECT_THAT(answers, ElementsAre("c 451"));
  const FakeWorker worker(queue, 1);
  EXPECT_EQ(worker.job()->mail.mail_id, "a");
  worker.answer(250);
  go();
  EXPECT_EQ(worker.job()->mail.mail_id, "b");
}

TEST_F(Queue, DoesNotBeginAMailWithoutTime) {
  submit("late", std::chrono::seconds(1));
  const FakeWorker worker(queue, 1);
  EXPECT_FALSE(worker.job());
  go();
  EXPECT_THAT(answers, ElementsAre("late 451"));
}

TEST_F(Queue, RetriesTheMailOfADeadWorkerWithTheBlamed) {
  FakeWorker first(queue, 7);
  submit("a");
  blamed = {3, 5};
  first.socket.reset();
  go();
  EXPECT_THAT(slots, ElementsAre(7u));
  EXPECT_THAT(answers, IsEmpty());
  FakeWorker second(queue, 8);
  std::optional<Job> job = second.job();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->attempt, 2u);
  EXPECT_THAT(job->crashed, ElementsAre(3u, 5u));
  blamed = {};
  second.socket.reset();
  go();
  FakeWorker third(queue, 9);
  job = third.job();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->attempt, 3u);
  EXPECT_EQ(job->mail.content.bytes(), "mail a");
  third.socket.reset();
  go();
  EXPECT_THAT(answers, ElementsAre("a 451")) << "after the third death";
  EXPECT_EQ(counters.retried, 2u);
}

TEST_F(Queue, AMailOfADeadWorkerGoesToTheHeadOfTheLine) {
  FakeWorker first(queue, 1);
  submit("a");
  submit("b");
  first.socket.reset();
  go();
  const FakeWorker second(queue, 2);
  EXPECT_EQ(second.job()->mail.mail_id, "a");
}

TEST_F(Queue, ADeathWhileIdleIsNoMailsFault) {
  FakeWorker dead(queue, 1);
  const FakeWorker alive(queue, 2);
  dead.socket.reset();
  submit("a");  // before the loop has seen the death
  go();
  const std::optional<Job> job = alive.job();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->attempt, 1u);
}

TEST_F(Queue, AnIdleDeathNoticedByTheMailBeforeTheLoopLeavesNothingDangling) {
  std::vector<std::unique_ptr<FakeWorker>> dead;
  for (uint32_t i = 0; i < 20; ++i) dead.push_back(std::make_unique<FakeWorker>(queue, i));
  go();
  for (auto& worker : dead) worker->socket.reset();
  submit("a");
  go();
  EXPECT_EQ(counters.idle_workers + counters.busy_workers, 0u);
  EXPECT_EQ(counters.waiting, 1u);
}

TEST_F(Queue, AnAnswerThatIsNonsenseIsADeath) {
  const FakeWorker worker(queue, 1);
  submit("a");
  worker.job();
  EXPECT_TRUE(base::send_packet(worker.socket.get(), "nonsense"));
  go();
  EXPECT_TRUE(worker.was_let_go());
  const FakeWorker next(queue, 2);
  EXPECT_EQ(next.job()->attempt, 2u);
}

TEST_F(Queue, ACancelledMailThatWaitsIsForgotten) {
  const uint64_t ticket = submit("a");
  queue.cancel(ticket);
  EXPECT_EQ(counters.waiting, 0u);
  const FakeWorker worker(queue, 1);
  go();
  EXPECT_FALSE(worker.job());
  EXPECT_THAT(answers, IsEmpty());
}

TEST_F(Queue, ACancelledMailInWorkIsToldToItsWorkerAndNotAnswered) {
  const FakeWorker worker(queue, 1);
  const uint64_t ticket = submit("a");
  ASSERT_TRUE(worker.job());
  queue.cancel(ticket);
  const std::optional<base::Packet> told = worker.packet();
  ASSERT_TRUE(told);
  EXPECT_TRUE(is_cancellation(*told));
  worker.answer(250);
  go();
  EXPECT_THAT(answers, IsEmpty());
  submit("b");
  EXPECT_EQ(worker.job()->mail.mail_id, "b") << "the worker is idle again";
}

TEST_F(Queue, ACancelledMailIsNotRetriedWhenItsWorkerDies) {
  FakeWorker worker(queue, 1);
  const uint64_t ticket = submit("a");
  queue.cancel(ticket);
  worker.socket.reset();
  go();
  EXPECT_EQ(counters.waiting, 0u);
  EXPECT_THAT(answers, IsEmpty());
}

TEST_F(Queue, AWorkerWithCourtesiesIsBusyUntilItIsReady) {
  const FakeWorker worker(queue, 1);
  submit("a");
  ASSERT_TRUE(worker.job());
  worker.answer(250, true);
  go();
  EXPECT_THAT(answers, ElementsAre("a 250"));
  submit("b");
  go();
  EXPECT_FALSE(worker.job());
  worker.ready();
  go();
  EXPECT_EQ(worker.job()->mail.mail_id, "b");
}

TEST_F(Queue, DrainingLetsIdleWorkersGoAtOnceAndBusyOnesWhenTheyAreDone) {
  const FakeWorker busy(queue, 1);
  submit("a");
  const FakeWorker idle(queue, 2);
  queue.drain();
  go();
  EXPECT_TRUE(idle.was_let_go());
  ASSERT_TRUE(busy.job());
  busy.answer(250);
  go();
  EXPECT_THAT(answers, ElementsAre("a 250"));
  EXPECT_TRUE(busy.was_let_go());
}

}  // namespace
}  // namespace postern::receive
