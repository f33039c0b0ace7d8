// SPDX-License-Identifier: MIT
// What runs inside the cage: takes jobs from a socket, opens mails, runs confined scanners, answers with records. Internal to the
// room; both sides are of the same build. The records: length, kind, payload (base/wire.h).
#pragma once
#include <atomic>
#include <cstdint>

#include "decode/unpacker.h"

namespace postern::decode {

enum class Request : uint32_t { decode, scan };
enum class Record : uint32_t { part, part_name, detected, opened, flags, defect, finding, note, scanned, decoded, log };

// Shared between worker and companion: what the companion is at, for the case that it never says so again.
struct Step {
  std::atomic<uint32_t> part{0};
  std::atomic<uint32_t> decoder{0};  // index + 1; 0: none
};

// Enters the cage and serves until the socket is closed. Never returns.
[[noreturn]] void serve_in_cage(int socket, const UnpackerSettings& settings, Step& step);

}  // namespace postern::decode
