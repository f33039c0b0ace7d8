// SPDX-License-Identifier: MIT
#include "scan/memory.h"

#include <algorithm>

#include "postern/plugin.h"
#include "scan/breaker.h"

namespace postern::scan {

base::Sha256 PartDigests::of(uint32_t part) {
  const std::scoped_lock lock(mutex_);
  std::optional<base::Sha256>& digest = digests_.at(part);
  if (!digest) digest = base::sha256(contents_.bytes(contents_.parts().at(part), mail_));
  return *digest;
}

Memory::Memory(VerdictCache* cache, ScannerRecord* record, uint32_t scanner, PartDigests& digests, std::chrono::seconds time)
    : cache_(cache), record_(record), scanner_(scanner), digests_(digests), time_(time) {
  const bool is_up = record_ && (record_->state == POSTERN_UP || record_->state == POSTERN_DEGRADED);
  if (is_up) versions_ = record_->engine.get() + "\n" + record_->db_version.get() + "\n" + std::to_string(record_->db_time);
  const bool tells_versions = versions_ != "\n\n0" && !versions_.empty();
  if (!cache_ || !cache_->is_on() || !tells_versions) cache_ = nullptr;
}

std::optional<std::vector<mail::Finding>> Memory::verdict(uint32_t part) {
  if (!cache_) return std::nullopt;
  auto known = cache_->find(VerdictCache::key(digests_.of(part), scanner_, versions_), Now::read().unix_s);
  if (!known) return std::nullopt;
  ++record_->known;
  for (mail::Finding& finding : *known) finding.part = part;
  return known;
}

void Memory::keep(uint32_t part, const std::vector<mail::Finding>& findings) {
  const bool is_for_all = std::all_of(findings.begin(), findings.end(), [](const mail::Finding& f) { return f.recipient == 0; });
  if (!cache_ || !is_for_all) return;
  const int64_t now = Now::read().unix_s;
  cache_->keep(VerdictCache::key(digests_.of(part), scanner_, versions_), findings, now, now + time_.count());
}

}  // namespace postern::scan
