// SPDX-License-Identifier: MIT
// The cage breaker: a decoder that tries what a decoder that was taken over would try, to test the confinement. The
// part's text names the attempts, one a line ("connect-tcp 2525"); each ends as the finding "escape-<attempt>" with
// "SUCCEEDED" or "refused: ERRNO". Harmless where it succeeds, as far as that can be told: signals are number 0, and
// calls that would hurt the machine get arguments the kernel rejects after it has checked permission. NEVER load it
// outside the cage's tests.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <postern/plugin.hpp>

namespace {

// Raw system calls, because libc keeps some answers to itself. What an attempt returns: < 0 with errno, or success.
template <class... Args>
long call(long number, Args... args) {
  return ::syscall(number, args...);
}

int port_of(std::string_view argument) {
  return std::atoi(std::string(argument).c_str());
}

long connect_tcp(std::string_view argument) {
  const long fd = call(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port_of(argument)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_connect, fd, &address, sizeof address);
}

long connect_unix(std::string_view path) {
  const long fd = call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return call(SYS_connect, fd, &address, sizeof address);
}

long new_process(long flags) {
  const long child = call(SYS_clone, flags, 0, 0, 0, 0);
  if (child == 0) call(SYS_exit_group, 0);
  return child;
}

long execute(std::string_view) {
  const char* const argv[] = {"/bin/true", nullptr};
  const char* const environment[] = {nullptr};
  return call(SYS_execve, "/bin/true", argv, environment);
}

long map(size_t size) {
  void* const p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? -1 : 0;
}

long allocate(std::string_view) {  // touched, so that it is real; ends at 16 GiB
  constexpr size_t step = size_t{16} << 20;
  for (int i = 0; i < 1024; ++i) {
    void* const p = ::mmap(nullptr, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return -1;
    for (size_t at = 0; at < step; at += 4096) static_cast<volatile char*>(p)[at] = 1;
  }
  return 0;
}

long raise_limits(std::string_view) {
  const rlimit wanted{RLIM_INFINITY, RLIM_INFINITY};
  return call(SYS_prlimit64, 0, RLIMIT_AS, &wanted, nullptr);
}

long descriptors(std::string_view) {
  for (int i = 0; i < 100000; ++i)
    if (call(SYS_dup, 0) < 0) return -1;
  return 0;
}

long read_parent(std::string_view) {
  char byte = 0;
  iovec mine{&byte, 1}, theirs{&byte, 1};
  return call(SYS_process_vm_readv, ::getppid(), &mine, 1, &theirs, 1, 0);
}

long recurse(long depth) {
  if (depth < 0) return 0;  // never: the compiler wants an end
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return recurse(depth + 1) + frame[0];
}

struct Attempt {
  std::string_view name;
  long (*run)(std::string_view argument);
};

constexpr Attempt attempts[] = {
    {"open-read", [](std::string_view) { return call(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
    {"open-write", [](std::string_view) { return call(SYS_openat, AT_FDCWD, "/tmp/x", O_WRONLY | O_CREAT, 0600); }},
    {"connect-tcp", connect_tcp},
    {"connect-unix", connect_unix},
    {"socket", [](std::string_view) { return call(SYS_socket, AF_INET, SOCK_DGRAM, 0); }},
    {"fork", [](std::string_view) { return new_process(SIGCHLD); }},
    {"clone", [](std::string_view) { return new_process(CLONE_VM | CLONE_VFORK | SIGCHLD); }},
    {"execve", execute},
    {"ptrace-parent", [](std::string_view) { return call(SYS_ptrace, PTRACE_SEIZE, ::getppid(), 0, 0); }},
    {"kill-parent", [](std::string_view) { return call(SYS_kill, ::getppid(), 0); }},
    {"kill-all", [](std::string_view) { return call(SYS_kill, -1, 0); }},
    {"mmap-2g", [](std::string_view) { return map(size_t{2} << 30); }},
    {"allocate", allocate},
    {"setrlimit", raise_limits},
    {"prctl-dumpable", [](std::string_view) { return call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
    {"prctl-no-new-privs", [](std::string_view) { return call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0); }},
    {"unlink", [](std::string_view) { return call(SYS_unlink, "/tmp/postern-escape-none"); }},
    {"mkdir", [](std::string_view) { return call(SYS_mkdir, "/tmp/postern-escape", 0700); }},
    {"chdir", [](std::string_view) { return call(SYS_chdir, "/tmp"); }},
    {"descriptors", descriptors},
    {"mount", [](std::string_view) { return call(SYS_mount, "none", "/nonexistent", "tmpfs", 0, nullptr); }},
    {"unshare", [](std::string_view) { return call(SYS_unshare, CLONE_NEWUSER); }},
    {"setuid", [](std::string_view) { return call(SYS_setuid, 0); }},
    {"io-uring",
     [](std::string_view) {
       char parameters[128] = {};
       return call(SYS_io_uring_setup, 1, parameters);
     }},
    {"bpf", [](std::string_view) { return call(SYS_bpf, 0, nullptr, 0); }},
    {"perf",
     [](std::string_view) {
       char attributes[128] = {};
       return call(SYS_perf_event_open, attributes, 0, -1, -1, 0);
     }},
    {"keyctl", [](std::string_view) { return call(SYS_keyctl, 0, -4, 0, 0, 0); }},
    {"read-parent", read_parent},
    {"personality", [](std::string_view) { return call(SYS_personality, 0xffffffffUL); }},
    {"reboot", [](std::string_view) { return call(SYS_reboot, 0, 0, 0, nullptr); }},
    {"swapon", [](std::string_view) { return call(SYS_swapon, "/nonexistent", 0); }},
    {"exit", [](std::string_view) { return call(SYS_exit_group, 7); }},
    {"abort", [](std::string_view) -> long { std::abort(); }},
    {"segfault",
     [](std::string_view) -> long {
       volatile int* volatile nowhere = reinterpret_cast<volatile int*>(8);  // or the optimizer would know, and warn
       return *nowhere;
     }},
    {"recurse", [](std::string_view) { return recurse(0); }},
    {"loop",
     [](std::string_view) -> long {
       for (volatile bool forever = true; forever;) continue;
       return 0;
     }},
};

std::string tried(std::string_view name, std::string_view argument) {
  for (const Attempt& attempt : attempts) {
    if (attempt.name != name) continue;
    errno = 0;
    const long result = attempt.run(argument);
    const char* const reason = ::strerrorname_np(errno);
    return result >= 0 ? "SUCCEEDED" : std::string("refused: ") + (reason ? reason : "?");
  }
  return "unknown attempt";
}

// Which of the descriptors 0..63 take a byte. Not among the attempts: one of them is the way home, and a byte there
// spoils it.
std::string writable_descriptors() {
  std::string out;
  for (int fd = 0; fd < 64; ++fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && call(SYS_write, fd, "x", 1) == 1)
      out += std::to_string(fd) + " ";
  }
  return out.empty() ? "refused: none" : "SUCCEEDED: " + out;
}

class Escape {
 public:
  static constexpr const char* accepts[] = {"application/x-postern-escape", nullptr};
  explicit Escape(const postern::Config&) {}
  void decode(postern::Job& job, const postern::Part& part) {
    std::string_view text = part.text();
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.empty()) continue;
      const size_t space = std::min(line.find(' '), line.size());
      const std::string_view name = line.substr(0, space);
      const std::string_view argument = line.substr(std::min(line.size(), space + 1));
      const std::string result = name == "write-descriptors" ? writable_descriptors() : tried(name, argument);
      job.finding(POSTERN_CAT_INFO, "escape-" + std::string(name), part.handle(), result);
    }
  }
};

}  // namespace

POSTERN_PLUGIN(Escape, "org.postern.test.escape", "Cage breaker", "1.0", "Postern", "MIT", "")
