// SPDX-License-Identifier: MIT
// One scanner's access to the verdict cache for one mail: the versions it had when the mail came to it are part of every key, so that a
// verdict is never taken for newer than it is. A scanner that does not tell its versions, or is not up, remembers nothing. Any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mail/contents.h"
#include "scan/record.h"
#include "scan/verdict_cache.h"

namespace postern::scan {

// Digests of the parts of one mail, made from the bytes when somebody asks, once for all scanners; never one that was handed to us.
class PartDigests {
 public:
  PartDigests(const mail::Contents& contents, std::string_view mail) : contents_(contents), mail_(mail), digests_(contents.parts().size()) {}
  base::Sha256 of(uint32_t part);

 private:
  const mail::Contents& contents_;
  std::string_view mail_;
  std::mutex mutex_;
  std::vector<std::optional<base::Sha256>> digests_;
};

class Memory {
 public:
  // cache, record: may be null: nothing is remembered.
  Memory(VerdictCache* cache, ScannerRecord* record, uint32_t scanner, PartDigests& digests, std::chrono::seconds time);

  std::optional<std::vector<mail::Finding>> verdict(uint32_t part);
  void keep(uint32_t part, const std::vector<mail::Finding>& findings);

 private:
  VerdictCache* cache_;  // null: remembers nothing
  ScannerRecord* record_;
  uint32_t scanner_;
  PartDigests& digests_;
  std::chrono::seconds time_;
  std::string versions_;
};

}  // namespace postern::scan
