// SPDX-License-Identifier: MIT
// Signals of processes that supervise others: heard through a descriptor, in the loop, and nowhere else. [master,
// generation]
#pragma once
#include <functional>
#include <initializer_list>

#include "base/unique_fd.h"

namespace postern::daemon {

// Blocks them; the descriptor is readable when one has come. Errors: invalid.
base::UniqueFd catch_signals(std::initializer_list<int> signals);

// Calls heard for each signal that has come.
void take_signals(int descriptor, const std::function<void(int signal)>& heard);

// In a forked child: nothing is blocked; it ends when its parent or its socket does, and not by a signal meant for the
// master.
void have_signals_of_a_child();

}  // namespace postern::daemon
