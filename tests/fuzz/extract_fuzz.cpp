// SPDX-License-Identifier: MIT
// Any bytes as a part of a mail, through everything that opens archives, with a small quota.
#include <cstddef>
#include <cstdint>

#include "../../plugins/archive/tests/recording_host.h"
#include "extract.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  archive_plugin::RecordingHost host;
  host.text.assign(reinterpret_cast<const char*>(data), size);
  host.detected = "application/octet-stream";
  host.byte_quota = 1 << 20;
  host.member_quota = 100;
  postern::Job job = host.job();
  try {
    archive_plugin::extract(job, host.part());
  } catch (const postern::Error&) {
  }
  return 0;
}
