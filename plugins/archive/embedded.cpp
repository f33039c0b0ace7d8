// SPDX-License-Identifier: MIT
#include "embedded.h"

#include <zlib.h>

#include <algorithm>
#include <optional>

#include "bytes.h"
#include "heads.h"
#include "marks.h"

namespace archive_plugin {
namespace {

constexpr uint64_t search_window = 8u << 20;  // what other unpackers search for a self-extracting archive
constexpr size_t end_record = 22, longest_comment = 65535;
constexpr size_t most_cabinets = 64;

// A directory must stand where the end record says, or right before it, or the mark is chance.
bool is_zip_end(std::string_view b, size_t at) {
  const uint64_t size = little32(b, at + 12), offset = little32(b, at + 16);
  if (size == 0xffffffff || offset == 0xffffffff) return at >= 20 && has(b, at - 20, "PK\6\7");
  if (little16(b, at + 10) == 0 || size > at) return false;
  return has(b, at - size, "PK\1\2") || has(b, offset, "PK\1\2");
}

class Search {
 public:
  Search(std::string_view bytes, Host host)
      : b_(bytes), window_(bytes.substr(0, std::min<uint64_t>(bytes.size(), search_window))), host_(host) {}

  std::vector<Sighting> run() {
    look_for_zip();
    look_for_first(seven_zip_mark, 0, is_7z_head, Format::seven_zip, "7z");
    look_for_rar();
    if (host_ == Host::program) {
      look_for_cabinets();
      look_for_first("-lh", lha_method_at, is_lha_head, Format::lha, "lha");
    }
    for (Sighting& s : seen_) s.is_enclosed |= host_ == Host::container;
    if (budget_ == 0) seen_.push_back({Format::given_up, 0, Compression::gzip, "more that looks like one"});
    return std::move(seen_);
  }

 private:
  using Check = bool (*)(std::string_view, size_t& budget);

  void found(Format format, uint64_t at, std::string_view name) {
    seen_.push_back({format, at, Compression::gzip, name, host_ == Host::other});
  }

  void look_for_zip() {
    const size_t window = std::min(b_.size(), end_record + longest_comment);
    const std::string_view tail = b_.substr(b_.size() - window);
    for (size_t at = tail.rfind(zip_end_mark); at != tail.npos;
         at = at == 0 ? tail.npos : tail.rfind(zip_end_mark, at - 1)) {
      const size_t place = b_.size() - window + at;
      if (!holds(b_, place, end_record) || !is_zip_end(b_, place)) continue;
      const bool reaches_the_end = place + end_record + little16(b_, place + 20) >= b_.size();
      found(Format::zip, 0, "zip");
      seen_.back().is_polyglot &= reaches_the_end;
      return;
    }
  }

  // Where an archive begins whose mark stands at from or later, not at the very front.
  std::optional<size_t> next(std::string_view mark, size_t mark_at, Check is_head, size_t from) {
    for (size_t at = window_.find(mark, from + mark_at); at != window_.npos && budget_ > 0;
         at = window_.find(mark, at + 1))
      if (at > mark_at && is_head(b_.substr(at - mark_at), budget_)) return at - mark_at;
    return std::nullopt;
  }

  void look_for_first(std::string_view mark, size_t mark_at, Check is_head, Format format, std::string_view name) {
    if (const auto at = next(mark, mark_at, is_head, 1)) found(format, *at, name);
  }

  void look_for_rar() {
    const auto at = next(rar_mark, 0, is_rar_head, 1);
    if (at) found(has(b_, *at, rar5_mark) ? Format::rar5 : Format::rar4, *at, "rar");
  }

  // A setup program has several, and other resources behind them.
  void look_for_cabinets() {
    size_t count = 0;
    for (auto at = next(cab_mark, 0, is_cab_head, 1); at;
         at = next(cab_mark, 0, is_cab_head, *at + little32(b_, *at + 8))) {
      if (++count > most_cabinets) {
        budget_ = 0;
        return;
      }
      found(Format::cab, *at, "cab");
      seen_.back().is_enclosed = true;
    }
  }

  std::string_view b_, window_;
  Host host_;
  std::vector<Sighting> seen_;
  size_t budget_ = 64u << 20;  // bytes of headers that are checked: decoys cost nothing to write
};

}  // namespace

std::vector<Sighting> embedded(std::string_view bytes, Host host) {
  return Search(bytes, host).run();
}

}  // namespace archive_plugin
