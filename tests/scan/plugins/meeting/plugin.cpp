// SPDX-License-Identifier: MIT
// A scanner that does what its option "do" says: answer, wait until another instance is inside scan() too, report very
// much, ask for a descriptor, or fail. The waiting kind waits as postern/wait.h wants it, and keeps the thread where it is told to.
#include <atomic>
#include <postern/plugin.hpp>
#include <postern/support/wait.h>
#include <thread>

namespace {

std::atomic<int> inside{0};

class Meeting {
 public:
  static constexpr postern_option options[] = {postern::option("do", POSTERN_T_STRING, "answer", "what it does")};
#ifdef REMEMBERING
  static constexpr bool cacheable = true;
#else
  static constexpr bool whole = true;
#endif
#ifdef SCORING
  static constexpr bool scores = true;
#endif
#ifdef WAITING
  static constexpr bool waits = true;
  static void wait() { postern::support::poll(nullptr, 0, 1); }
#else
  static void wait() { std::this_thread::yield(); }
#endif
  explicit Meeting(const postern::Config& config) : what_(config.text("do")) {}

  void scan(postern::Job& job, const postern::Part& part) {
    if (what_ == "meet") {
      ++inside;
      while (inside < 2 && job.time_left().count() > 0) wait();
      job.finding(POSTERN_CAT_INFO, inside >= 2 ? "met" : "alone");
    }
    if (what_ == "tell thread") job.note("thread", std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id())));
    if (what_ == "wait for ever") {
      postern::support::poll(nullptr, 0, -1);
      throw postern::Error(POSTERN_E_TIMEOUT, "time was up");
    }
    if (what_ == "much") {
      for (int i = 0; i < 1500; ++i) job.finding(POSTERN_CAT_INFO, "said " + std::to_string(i));
      for (int i = 0; i < 500; ++i) job.note("note." + std::to_string(i), "x");
      job.malware("Late.Virus", part);
    }
    if (what_ == "find") job.malware("Found.Virus", part);
    if (what_ == "count whole") job.finding(POSTERN_CAT_INFO, "Seen");
    if (what_ == "count") job.finding(POSTERN_CAT_INFO, "Seen", part.handle());
    if (what_ == "files")
      for (const postern::Part& child : part.children()) job.note("fd", std::to_string(child.fd()));
    if (what_ == "late") throw postern::Error(POSTERN_E_TIMEOUT, "too late");
    if (what_ == "fail") throw postern::Error(POSTERN_E_FAIL, "broken engine");
    if (what_ == "down") throw postern::Error(POSTERN_E_UNAVAILABLE, "engine is down");
  }

 private:
  std::string what_;
};

}  // namespace

#if defined SCORING
#define ID "org.postern.test.scoring"
#elif defined REMEMBERING
#define ID "org.postern.test.remembering"
#elif defined WAITING
#define ID "org.postern.test.waiting"
#else
#define ID "org.postern.test.meeting"
#endif
POSTERN_PLUGIN(Meeting, ID, "Meeting", "1.0", "Postern", "MIT", "")
