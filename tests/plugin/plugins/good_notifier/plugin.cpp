// SPDX-License-Identifier: MIT
// A notifier: repeats the event it was told of as a note.
#include <postern/plugin.hpp>

namespace {

class Echo {
 public:
  static constexpr const char* accepts[] = {"mail.blocked", nullptr};

  explicit Echo(const postern::Config&) {}
  void notify(postern::Job& job) { job.note("echo", job.attr("event.kind").value_or("none")); }
};

}  // namespace

POSTERN_PLUGIN(Echo, "org.example.echo", "Echo", "1.0", "Example", "MIT", "https://example.org/echo")
