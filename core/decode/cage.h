// SPDX-License-Identifier: MIT
// Locks the calling process in, for good: no network, no file system, no exec, no other process, bounded memory, file size and
// descriptors. seccomp decides which system calls exist (an allow-list); Landlock, where the kernel has it, takes the file system
// and TCP away a second time; rlimits bound the rest. Open whatever is needed before. A forbidden call fails with EPERM.
#pragma once
#include <cstdint>
#include <string>

namespace postern::decode {

struct CageLimits {
  uint64_t memory = 512ull * 1024 * 1024;     // bytes of private writable memory
  uint64_t file_size = 400ull * 1024 * 1024;  // of the arena
};

// The caller has closed every descriptor it does not want inside; afterwards nothing can be opened.
// Throws std::system_error when a part of the cage that must hold cannot be built: then nothing may be decoded here.
void enter_cage(const CageLimits& limits);

// What this kernel offers: "seccomp, landlock 3, rlimits". For status.
std::string cage_description();

}  // namespace postern::decode
