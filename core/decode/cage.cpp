// SPDX-License-Identifier: MIT
#include "decode/cage.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>
#include <iterator>
#include <memory>

#include "base/failure.h"

namespace postern::decode {
namespace {

void limit(__rlimit_resource what, rlim_t to) {
  const rlimit both{to, to};
  if (::setrlimit(what, &both) != 0) base::throw_errno("setrlimit");
}

void set_limits(const CageLimits& limits) {
  ::signal(SIGXFSZ, SIG_IGN);  // a full arena is an error of write, not a death
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, limits.file_size);
  limit(RLIMIT_NPROC, 0);
  limit(RLIMIT_NOFILE, 16);  // /dev/null, the socket, the mails and arenas of two jobs
#ifndef POSTERN_SANITIZED    // sanitizers reserve terabytes of address space
  limit(RLIMIT_DATA, limits.memory);
#endif
}

long landlock_abi() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

// Every right this kernel knows is handled and none is granted. ABI numbers: kernel documentation,
// userspace-api/landlock.
void take_file_system_away() {
  const long abi = landlock_abi();
  if (abi < 1) return;  // no Landlock here: seccomp alone stands, and status says so
  struct {
    uint64_t handled_access_fs, handled_access_net, scoped;
  } rules{};
  const unsigned fs_rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
  rules.handled_access_fs = (1ull << fs_rights) - 1;
  if (abi >= 4) rules.handled_access_net = 3;  // bind and connect TCP
  if (abi >= 6) rules.scoped = 3;              // abstract Unix sockets, signals
  const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const long ruleset = ::syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) base::throw_errno("landlock_create_ruleset");
  const long done = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  ::close(static_cast<int>(ruleset));
  if (done != 0) base::throw_errno("landlock_restrict_self");
}

void allow_few_system_calls() {
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!filter) throw base::TemporaryFailure("seccomp_init failed");
  const auto allow = [&](int call) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) != 0)
      throw base::TemporaryFailure("seccomp_rule_add failed");
  };
  const auto allow_if = [&](int call, scmp_arg_cmp condition) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1, condition) != 0)
      throw base::TemporaryFailure("seccomp_rule_add failed");
  };
  // The job and its answers over the one socket; the arena; memory; time; ending.
  constexpr int always[] = {
      SCMP_SYS(read),         SCMP_SYS(write),         SCMP_SYS(pread64),      SCMP_SYS(pwrite64),
      SCMP_SYS(recvmsg),      SCMP_SYS(lseek),         SCMP_SYS(poll),         SCMP_SYS(close),
      SCMP_SYS(munmap),       SCMP_SYS(mremap),        SCMP_SYS(brk),          SCMP_SYS(madvise),
      SCMP_SYS(futex),        SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
      SCMP_SYS(getpid),       SCMP_SYS(gettid),        SCMP_SYS(sched_yield),  SCMP_SYS(rt_sigprocmask),
      SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),          SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall)};
  static_assert(std::size(always) + 4 <= 40, "every further call is a further door; the four with conditions follow");
  for (const int call : always) allow(call);
  // Memory, but never to be executed.
  allow_if(SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
  allow_if(SCMP_SYS(mprotect), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
  // abort() of this process, nobody else's.
  allow_if(SCMP_SYS(tgkill), {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0});
  allow_if(SCMP_SYS(fstat), {0, SCMP_CMP_LE, 1024, 0});  // of open descriptors; by path there is nothing
#ifdef POSTERN_SANITIZED
  for (const int call :
       {SCMP_SYS(sigaltstack), SCMP_SYS(openat), SCMP_SYS(readlink), SCMP_SYS(rt_sigaction), SCMP_SYS(prctl),
        SCMP_SYS(newfstatat), SCMP_SYS(getrusage), SCMP_SYS(kill), SCMP_SYS(writev), SCMP_SYS(mincore), SCMP_SYS(pipe),
        SCMP_SYS(pipe2)})  // a pipe is how they try whether memory can be read
    allow(call);
#endif
  if (const int rc = seccomp_load(filter.get()); rc != 0) {
    errno = -rc;
    base::throw_errno("seccomp_load");
  }
}

}  // namespace

void enter_cage(const CageLimits& limits) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) base::throw_errno("no_new_privs");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) base::throw_errno("not dumpable");
  set_limits(limits);
  take_file_system_away();
  allow_few_system_calls();
}

std::string cage_description() {
  const long abi = landlock_abi();
  return abi >= 1 ? "seccomp, landlock " + std::to_string(abi) + ", rlimits"
                  : "seccomp, rlimits (no landlock in this kernel)";
}

}  // namespace postern::decode
