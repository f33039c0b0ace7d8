// SPDX-License-Identifier: MIT
#include "hostile/cost.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "support/sanitizer.h"

namespace postern::testing {
namespace {

constexpr std::chrono::seconds most_time{30};
constexpr uint64_t mebi = 1u << 20, most_in_unpacker = 512 * mebi, most_in_worker = 32 * mebi;

std::string of(pid_t process, const std::string& file) {
  std::ifstream in("/proc/" + std::to_string(process) + "/" + file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// "VmHWM:     1234 kB"; 0 where the process is gone.
uint64_t bytes_of(pid_t process, const std::string& line) {
  const std::string status = of(process, "status");
  const size_t at = status.find("\n" + line + ":");
  return at == std::string::npos ? 0 : std::stoull(status.substr(at + line.size() + 2)) * 1024;
}

uint64_t resident(pid_t process) {
  return bytes_of(process, "VmRSS");
}

// Where the kernel does not let us, the peak of an earlier mail counts for this one too: more, never less.
void forget_peak(pid_t process) {
  std::ofstream("/proc/" + std::to_string(process) + "/clear_refs") << "5";
}

std::chrono::nanoseconds processor_time(pid_t process) {
  uint64_t nanoseconds = 0;
  std::istringstream(of(process, "schedstat")) >> nanoseconds;
  return std::chrono::nanoseconds(nanoseconds);
}

uint64_t largest_dead_child() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

std::vector<pid_t> unpackers() {
  const std::string self = std::to_string(::getpid());
  std::istringstream children(of(::getpid(), "task/" + self + "/children"));
  std::vector<pid_t> found;
  for (pid_t child = 0; children >> child;)
    if (of(child, "comm") == "unpacker\n") found.push_back(child);
  return found;
}

std::vector<std::string> excesses(const Cost& cost, [[maybe_unused]] uint64_t mail_size) {
  std::vector<std::string> found;
  if (cost.wall > patient(most_time)) found.push_back("took " + std::to_string(cost.wall.count()) + " ms");
#ifndef POSTERN_SANITIZED
  const auto in_mebis = [](uint64_t bytes) { return std::to_string(bytes / mebi) + " MiB"; };
  if (cost.unpacker > most_in_unpacker) found.push_back(in_mebis(cost.unpacker) + " in the unpacker");
  if (cost.worker > most_in_worker + mail_size) found.push_back(in_mebis(cost.worker) + " in the worker");
#endif
  return found;
}

Meter::Reading Meter::reading(pid_t process) {
  forget_peak(process);
  return {process, resident(process), processor_time(process)};
}

Meter::Meter()
    : worker_(reading(::getpid())), largest_dead_(largest_dead_child()), begin_(std::chrono::steady_clock::now()) {
  for (const pid_t process : unpackers()) unpackers_.push_back(reading(process));
}

Cost Meter::stop() const {
  Cost cost;
  cost.wall = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
  const auto above = [](uint64_t peak, uint64_t before) { return peak > before ? peak - before : 0; };
  cost.worker = above(bytes_of(worker_.process, "VmHWM"), worker_.resident);
  cost.processor = processor_time(worker_.process) - worker_.processor;
  for (const pid_t process : unpackers()) {
    const auto known =
        std::find_if(unpackers_.begin(), unpackers_.end(), [&](const Reading& r) { return r.process == process; });
    const Reading before = known == unpackers_.end() ? Reading{} : *known;
    cost.unpacker = std::max(cost.unpacker, above(bytes_of(process, "VmHWM"), before.resident));
    cost.processor += processor_time(process) - before.processor;
  }
  // Of a child that ended meanwhile the kernel keeps the peak, if no earlier one was larger.
  if (const uint64_t dead = largest_dead_child(); dead > largest_dead_) cost.unpacker = std::max(cost.unpacker, dead);
  return cost;
}

}  // namespace postern::testing
