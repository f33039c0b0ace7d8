// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <iostream>

#include "base/failure.h"
#include "base/foreign_code.h"
#include "base/unique_fd.h"
#include "faulty_host.h"
#include "loading.h"
#include "memory_view.h"
#include "plugin/file_check.h"
#include "plugin/handles.h"

namespace postern::tool {
namespace {

constexpr std::chrono::seconds limit{20};  // for one test
constexpr uint64_t most_faults = 200;
constexpr char came_back = '.';  // begins each answer: a plug-in that called exit(0) has given none

// Nothing about a mail is too strange to arrive; the EICAR file is put together so that no scanner stops at this
// program.
const std::string eicar =
    std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$") + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + "!$H+H*";

struct Sample {
  const char* title;
  std::string content, name;
};
const Sample samples[] = {{"an empty part", "", ""},
                          {"a part of one byte", "x", "x"},
                          {"a megabyte of zeros", std::string(1 << 20, '\0'), "zeros"},
                          {"a hostile name", "text", std::string("../../etc/passwd\0\xff\xfe\xe2\x80\xae.exe", 26)},
                          {"a name of 64 KiB", "text", std::string(65536, 'n')},
                          {"lines without an end", std::string(100'000, '='), "a.txt"},
                          {"EICAR", eicar, "eicar.com"}};

enum class Verdict { passed, warning, failed, skipped };

// A test runs in a child and answers what is wrong, or nothing.
using Test = std::function<std::string()>;

class Report {
 public:
  void line(Verdict verdict, const std::string& test, const std::string& why = {}) {
    static constexpr const char* words[] = {"PASSED ", "WARNING", "FAILED ", "SKIPPED"};
    std::cout << words[static_cast<int>(verdict)] << " " << test << (why.empty() ? "" : ": " + why) << "\n";
    failures_ += verdict == Verdict::failed;
  }
  bool problems(const std::string& test, const plugin::Problems& problems, bool only_warn = false) {
    const bool bad = plugin::has_error(problems);
    if (problems.empty()) line(Verdict::passed, test);
    for (const base::Problem& problem : problems)
      line(problem.severity == plugin::Severity::error && !only_warn ? Verdict::failed : Verdict::warning, test,
           plugin::text(problem));
    return !bad;
  }
  bool child(const std::string& name, const Test& test);  // true: passed
  int exit_code() const { return failures_ == 0 ? EX_OK : EX_DATAERR; }

 private:
  int failures_ = 0;
};

std::string read_until_end(int pipe, const support::Deadline& deadline, bool& in_time) {
  std::string all;
  while (true) {
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, deadline.left_ms());
    if (ready <= 0 && deadline.passed()) return in_time = false, all;
    if (ready <= 0) continue;
    char chunk[4096];
    const ssize_t n = ::read(pipe, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return all;
    all.append(chunk, static_cast<size_t>(n));
  }
}

bool Report::child(const std::string& name, const Test& test) {
  std::cout.flush();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
  const base::UniqueFd reader(ends[0]);
  base::UniqueFd writer(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("fork");
  if (pid == 0) {
    base::exit_at_once();
    base::crash_at_once();
    std::string wrong;
    try {
      wrong = test();
    } catch (const std::exception& exception) {
      wrong = exception.what();
    }
    wrong.insert(0, 1, came_back);
    const ssize_t written = ::write(writer.get(), wrong.data(), std::min<size_t>(wrong.size(), 4096));
    ::_exit(written < 0 ? 1 : 0);
  }
  writer.reset();
  bool in_time = true;
  std::string wrong = read_until_end(reader.get(), support::Deadline::in(limit), in_time);
  if (!in_time) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (!in_time)
    line(Verdict::failed, name, "did not end within 20 s");
  else if (WIFSIGNALED(status))
    line(Verdict::failed, name, std::string("crashed: ") + ::strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status) != 0 || !wrong.starts_with(came_back))
    line(Verdict::failed, name, "ended the process");
  else {
    wrong.erase(0, 1);
    line(wrong.empty() ? Verdict::passed : Verdict::failed, name, wrong);
    return wrong.empty();
  }
  return false;
}

std::string type_for(const postern_worker& worker) {
  if (!worker.accepts || !*worker.accepts) return "application/octet-stream";
  const std::string type(*worker.accepts);
  return type.ends_with('/') ? type + "plain" : type;
}

// One instance in the test's own process.
class Subject {
 public:
  Subject(const plugin::InstanceSettings& settings, const postern_host* host) : prepared_(prepare(settings, host)) {
    if (prepared_.has_errors()) throw std::runtime_error(plugin::text(prepared_.problems.front()));
  }
  ~Subject() { plugin::destroy(instance()); }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  plugin::Instance& instance() { return *prepared_.instances.front(); }
  MemoryView view(const Sample& sample) { return {sample.content, type_for(*instance().worker), sample.name}; }
  postern_rc runs(MemoryView& view) { return plugin::run(instance(), view, 0).rc; }

 private:
  plugin::Prepared prepared_;
};

// Whatever it answers, it keeps the contract, and answers the same when asked again.
std::string keeps_contract(const plugin::InstanceSettings& settings, const Sample& sample) {
  Subject subject(settings, nullptr);
  MemoryView first = subject.view(sample), second = subject.view(sample);
  const postern_rc rc = subject.runs(first), again = subject.runs(second);
  if (plugin::contract_violations() > 0) return "it broke the contract, see above";
  if (rc != again || first.findings.size() != second.findings.size() || first.part_count() != second.part_count())
    return "the second answer differs from the first";
  return {};
}

// An error of the host's may end in an error, in "not all was seen", or in another way to the same result; never in a
// lesser one.
std::string notices_faults(const plugin::InstanceSettings& settings, const Sample& sample) {
  Subject subject(settings, &faulty_host());
  MemoryView whole = subject.view(sample);
  fail_call(0);
  if (subject.runs(whole) != POSTERN_OK) return {};  // nothing can be told without a success to compare with
  const uint64_t calls = std::min(calls_made(), most_faults);
  for (uint64_t nth = 1; nth <= calls; ++nth) {
    MemoryView view = subject.view(sample);
    fail_call(nth);
    const postern_rc rc = subject.runs(view);
    const bool same = view.findings.size() == whole.findings.size() && view.part_count() == whole.part_count();
    if (rc == POSTERN_OK && !same)
      return "call " + std::to_string(nth) + " of the host failed, and it reported success";
  }
  return {};
}

void validate_kind(Report& report, const std::string& file, const postern_plugin& plugin, plugin::Kind kind,
                   const Options& options) {
  const plugin::InstanceSettings settings = settings_for(file, plugin, kind, options);
  const std::string who = std::string(plugin::name(kind)) + " " + plugin.id + ": ";
  // In a child, like every test: threads and connections that create() leaves must not be there when the next one
  // forks.
  const bool created =
      report.child(who + "create and destroy", [&] { return Subject(settings, nullptr), std::string(); });
  for (const Sample& sample : samples) {
    const std::string on = " on " + std::string(sample.title);
    if (!created) {
      report.line(Verdict::skipped, who + "run" + on, "it could not be created");
      continue;
    }
    report.child(who + "keeps the contract" + on, [&] { return keeps_contract(settings, sample); });
    report.child(who + "notices faults of the host" + on, [&] { return notices_faults(settings, sample); });
  }
}

}  // namespace

int validate(const std::string& file, const Options& options) {
  Report report;
  report.problems("place of the file", plugin::check_file(file), true);
  const plugin::Library library = load(file);
  report.problems("library and descriptor", library.problems);
  for (const postern_plugin* plugin : library.plugins)
    for (const plugin::Kind kind : kinds_of(*plugin)) validate_kind(report, file, *plugin, kind, options);
  return report.exit_code();
}

}  // namespace postern::tool
