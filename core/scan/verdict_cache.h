// SPDX-License-Identifier: MIT
// Verdicts on bytes that were examined before, in memory that the workers of one generation share: a logo or a brochure that comes in a
// thousand mails is examined once. A key is made of the digest of the bytes, the scanner and what it said of its engine and signatures; the
// generation, which ends with its configuration, is the rest of it. Only complete answers are kept. An entry carries a digest of itself,
// so that one half written, or of a process that died over it, is none. Any process, any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "mail/findings.h"

namespace postern::scan {

class VerdictCache {
 public:
  explicit VerdictCache(uint64_t bytes);  // 0: remembers nothing. Errors: std::system_error
  VerdictCache(const VerdictCache&) = delete;
  VerdictCache& operator=(const VerdictCache&) = delete;
  ~VerdictCache();

  static base::Sha256 key(const base::Sha256& part, uint32_t scanner, const std::string& versions);

  bool is_on() const { return sets_ > 0; }
  // now, until: Unix seconds.
  std::optional<std::vector<mail::Finding>> find(const base::Sha256& key, int64_t now) const;
  // Findings lose their part. Too many of them are not kept.
  void keep(const base::Sha256& key, std::span<const mail::Finding> findings, int64_t now, int64_t until);

  void keep_from_children();  // hostile bytes are opened in them: they shall not write verdicts. Errors: std::system_error

 private:
  struct Slot;
  Slot* slots_ = nullptr;
  size_t sets_ = 0;
};

}  // namespace postern::scan
