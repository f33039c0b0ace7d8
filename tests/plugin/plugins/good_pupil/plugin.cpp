// SPDX-License-Identifier: MIT
// A scanner of scores with what ABI 1.1 brought: findings for one recipient, remembered verdicts, lessons.
#include <postern/plugin.hpp>

namespace {

class Pupil {
 public:
  static constexpr bool whole = true;
  static constexpr bool scores = true;

  explicit Pupil(const postern::Config& config) : host_(config.host()), inst_(config.instance()) {}
  ~Pupil() { host_->log(inst_, 0, 1, "put away", 8); }

  void scan(postern::Job& job, const postern::Part& mail) {
    if (job.known(mail)) return job.note("seen", "before");
    job.finding(POSTERN_CAT_SPAM, "Test.Score", mail.handle(), {}, 1500, POSTERN_FIND_TOTAL, 2);
    job.examined(mail);
  }
  void learn(postern::Job& job, const postern::Part& mail, postern::Lesson lesson) {
    if (mail.text() == "too hard") throw postern::Error(POSTERN_E_UNAVAILABLE, "the teacher is ill");
    job.note("lesson", lesson == postern::Lesson::ham ? "ham" : lesson == postern::Lesson::spam ? "spam" : "forget");
  }

 private:
  const postern_host* host_;
  postern_inst inst_;
};

}  // namespace

POSTERN_PLUGIN(Pupil, "org.example.pupil", "Pupil", "1.0", "Example", "MIT", "https://example.org/pupil")
