// SPDX-License-Identifier: MIT
#include "scan/verdict_cache.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <new>

#include "base/failure.h"
#include "base/wire.h"

namespace postern::scan {
namespace {

constexpr size_t ways = 4;           // places where a key may stand
constexpr size_t words = 60;         // of an entry: 480 bytes
constexpr size_t most_findings = 4;

// What stands in a slot, as bytes: key, end, findings, and a digest of all that.
std::string entry(const base::Sha256& key, std::span<const mail::Finding> findings, int64_t until) {
  base::WireWriter out;
  out.raw(key.data(), key.size()).i64(until);
  out.list(findings, [](base::WireWriter& w, const mail::Finding& f) { w.i32(f.category).i32(f.score).u32(f.flags).text(f.name).text(f.text); });
  const base::Sha256 seal = base::sha256(out.bytes());
  return std::string(reinterpret_cast<const char*>(seal.data()), seal.size()) + out.bytes();
}

// nullopt: not an entry of this key, or not whole.
std::optional<std::vector<mail::Finding>> findings_of(std::string_view entry, const base::Sha256& key, int64_t now) try {
  base::WireReader in(entry);
  const std::string_view seal = in.take(key.size());
  const std::string_view written = in.take(key.size());
  if (std::memcmp(written.data(), key.data(), key.size()) != 0 || in.i64() <= now) return std::nullopt;
  auto findings = in.list<mail::Finding>([](base::WireReader& r) {
    mail::Finding f;
    f.category = r.i32();
    f.score = r.i32();
    f.flags = r.u32();
    f.name = r.text();
    f.text = r.text();
    return f;
  });
  const base::Sha256 digest = base::sha256(entry.substr(key.size()));
  if (std::memcmp(seal.data(), digest.data(), digest.size()) != 0) return std::nullopt;
  return findings;
} catch (const base::WireError&) {
  return std::nullopt;
}

}  // namespace

// Words, so that readers and writers in two threads are no data race; torn ones are found out by the seal.
struct VerdictCache::Slot {
  std::atomic<uint32_t> length{0}, reserved{0};
  std::atomic<int64_t> until{0};
  std::array<std::atomic<uint64_t>, words> bytes{};

  std::string read() const {
    const size_t size = std::min<size_t>(length.load(std::memory_order_acquire), words * 8);
    std::string text(words * 8, 0);
    for (size_t i = 0; i < (size + 7) / 8; ++i) {
      const uint64_t word = bytes[i].load(std::memory_order_relaxed);
      std::memcpy(text.data() + 8 * i, &word, sizeof word);
    }
    text.resize(size);
    return text;
  }
  void write(std::string text, int64_t end) {
    const size_t size = text.size();
    text.resize((size + 7) / 8 * 8);
    for (size_t i = 0; i < text.size() / 8; ++i) {
      uint64_t word = 0;
      std::memcpy(&word, text.data() + 8 * i, sizeof word);
      bytes[i].store(word, std::memory_order_relaxed);
    }
    until.store(end, std::memory_order_relaxed);
    length.store(static_cast<uint32_t>(size), std::memory_order_release);
  }
};

VerdictCache::VerdictCache(uint64_t size) : sets_(size / (ways * sizeof(Slot))) {
  if (sets_ == 0) return;
  void* at = ::mmap(nullptr, sets_ * ways * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) base::throw_errno("mmap of the verdict cache");
  slots_ = static_cast<Slot*>(at);  // zeroed pages are empty slots
}

VerdictCache::~VerdictCache() {
  if (slots_) ::munmap(slots_, sets_ * ways * sizeof(Slot));
}

void VerdictCache::keep_from_children() {
  if (slots_ && ::madvise(slots_, sets_ * ways * sizeof(Slot), MADV_DONTFORK) != 0) base::throw_errno("madvise of the verdict cache");
}

base::Sha256 VerdictCache::key(const base::Sha256& part, uint32_t scanner, const std::string& versions) {
  base::WireWriter out;
  out.raw(part.data(), part.size()).u32(scanner).text(versions);
  return base::sha256(out.bytes());
}

namespace {

size_t set_of(const base::Sha256& key, size_t sets) {
  uint64_t number = 0;
  std::memcpy(&number, key.data(), sizeof number);
  return number % sets;
}

}  // namespace

std::optional<std::vector<mail::Finding>> VerdictCache::find(const base::Sha256& key, int64_t now) const {
  if (!is_on()) return std::nullopt;
  const Slot* set = slots_ + set_of(key, sets_) * ways;
  for (size_t way = 0; way < ways; ++way)
    if (set[way].length.load(std::memory_order_relaxed) != 0)
      if (auto found = findings_of(set[way].read(), key, now)) return found;
  return std::nullopt;
}

void VerdictCache::keep(const base::Sha256& key, std::span<const mail::Finding> findings, int64_t now, int64_t until) {
  if (!is_on() || findings.size() > most_findings) return;
  std::string text = entry(key, findings, until);
  if (text.size() > words * 8 || find(key, now)) return;
  Slot* set = slots_ + set_of(key, sets_) * ways;
  // The one that ends first goes.
  Slot* place = std::min_element(set, set + ways, [](const Slot& a, const Slot& b) { return a.until.load() < b.until.load(); });
  place->write(std::move(text), until);
}

}  // namespace postern::scan
