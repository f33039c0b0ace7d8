// SPDX-License-Identifier: MIT
#include "faulty_host.h"

#include <atomic>

#include "plugin/host.h"

namespace postern::tool {
namespace {

std::atomic<uint64_t> calls{0}, failing{0};

// Any function of the table that returns a code or a number below zero for a failure.
template <auto function, class Type = decltype(function)>
struct Faulty;
template <auto function, class Result, class... Arguments>
struct Faulty<function, Result (*postern_host::*)(Arguments...)> {
  static Result call(Arguments... arguments) {
    if (++calls == failing) return POSTERN_E_IO;
    return (plugin::host_table().*function)(arguments...);
  }
};

}  // namespace

void fail_call(uint64_t nth) {
  calls = 0;
  failing = nth;
}

uint64_t calls_made() {
  return calls;
}

const postern_host& faulty_host() {
  static const postern_host table = [] {
    postern_host host = plugin::host_table();
    host.finding = Faulty<&postern_host::finding>::call;
    host.part_info = Faulty<&postern_host::part_info>::call;
    host.part_child = Faulty<&postern_host::part_child>::call;
    host.part_map = Faulty<&postern_host::part_map>::call;
    host.part_read = Faulty<&postern_host::part_read>::call;
    host.part_fd = Faulty<&postern_host::part_fd>::call;
    host.child_open = Faulty<&postern_host::child_open>::call;
    host.child_write = Faulty<&postern_host::child_write>::call;
    host.child_slice = Faulty<&postern_host::child_slice>::call;
    host.child_close = Faulty<&postern_host::child_close>::call;
    return host;
  }();
  return table;
}

}  // namespace postern::tool
