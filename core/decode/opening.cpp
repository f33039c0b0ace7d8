// SPDX-License-Identifier: MIT
#include "decode/opening.h"

#include <algorithm>
#include <array>
#include <optional>

#include "postern/plugin.h"

namespace postern::decode {
namespace {

using mail::Defect;
using mail::DefectKind;
using mail::Part;

constexpr uint32_t max_names = 64;       // of one part; more are a defect, since one left out may be the forbidden one
constexpr uint32_t max_defects = 64;     // of one part
constexpr uint32_t without_bytes = POSTERN_PART_SPECIAL;

DefectKind defect_kind(int32_t category) {
  switch (category) {
    case POSTERN_CAT_ENCRYPTED: return DefectKind::encrypted;
    case POSTERN_CAT_MACRO: return DefectKind::macro;
    case POSTERN_CAT_MALFORMED: return DefectKind::malformed;
    case POSTERN_CAT_LIMIT: return DefectKind::limit;
    case POSTERN_CAT_AMBIGUOUS: return DefectKind::ambiguous;
    case POSTERN_CAT_UNSUPPORTED: return DefectKind::undecoded;
    default: return DefectKind::note;
  }
}

// The tree while decoders work on it: the view that one decoder call has, and the walk over all parts.
class Tree final : public plugin::JobView {
 public:
  Tree(std::string_view mail, Arena& arena, Budget& budget, const Opening& opening, Recorder& recorder)
      : mail_(mail), arena_(arena), budget_(budget), opening_(opening), recorder_(recorder) {
    parts_.push_back(mail::whole_mail(mail.size()));
    children_.emplace_back();
    recorder_.part(parts_.front());
  }

  std::vector<Part> open_all() {
    for (uint32_t index = 0; index < parts_.size(); ++index) open(index);
    return std::move(parts_);
  }

  // ---- JobView: what the decoder sees
  const support::Deadline& deadline() const override { return budget_.deadline(); }
  uint32_t part_count() const override { return static_cast<uint32_t>(parts_.size()); }
  const Part& part(uint32_t index) const override { return parts_[index]; }
  std::string_view bytes(uint32_t index) const override { return part_bytes(parts_[index], mail_, arena_); }
  uint32_t child_count(uint32_t index) const override { return static_cast<uint32_t>(children_[index].size()); }
  uint32_t child(uint32_t index, uint32_t nth) const override { return children_[index][nth]; }
  int descriptor(uint32_t) override { return -1; }
  bool fact(std::string_view, uint32_t, std::string*) const override { return false; }

  void finding(mail::Finding finding) override {
    const uint32_t at = finding.part < parts_.size() ? finding.part : current_;
    if (finding.category == POSTERN_CAT_ENCRYPTED) add_flags(at, POSTERN_PART_ENCRYPTED);
    add_defect(at, {defect_kind(finding.category), std::move(finding.name), std::move(finding.text)});
  }
  void note(uint32_t part, std::string_view name, std::string_view value) override {
    if (name == "part.name") return add_name(part, value);
    add_defect(part, {DefectKind::note, std::string(name), std::string(value)});
  }

  // ---- JobView: what the decoder makes
  postern_rc child_open(const plugin::ChildOrder& order) override {
    if (open_child_) return POSTERN_E_ARGUMENT;
    const uint32_t depth = parts_[order.parent].depth + 1;
    if (!budget_.pay_part(depth)) return POSTERN_E_QUOTA;
    Part child;
    child.parent = order.parent;
    child.depth = depth;
    child.flags = order.flags;
    child.raw_offset = order.offset;
    child.raw_size = order.length;
    child.declared_type = order.mime_type;
    child.encoding = order.encoding;
    child.role = order.role;
    child.offset = arena_.size();
    if (!order.name.empty()) child.names.emplace_back(order.name);
    const std::string number = std::to_string(children_[order.parent].size() + 1);
    child.path = order.parent == 0 ? number : parts_[order.parent].path + "." + number;
    open_child_ = std::move(child);
    expected_ = order.expected;
    return POSTERN_OK;
  }
  postern_rc child_write(std::string_view data) override {
    if (!open_child_ || (open_child_->source == Part::Source::mail)) return POSTERN_E_ARGUMENT;
    if (!budget_.pay_bytes(data.size())) return POSTERN_E_QUOTA;
    if (!arena_.append(data)) return POSTERN_E_QUOTA;
    open_child_->source = Part::Source::arena;
    open_child_->size += data.size();
    return POSTERN_OK;
  }
  postern_rc child_slice(uint64_t offset, uint64_t length) override {
    if (!open_child_ || open_child_->source != Part::Source::none) return POSTERN_E_ARGUMENT;
    const Part& parent = parts_[open_child_->parent];
    if (offset > parent.size || length > parent.size - offset) return POSTERN_E_ARGUMENT;
    open_child_->source = length == 0 ? Part::Source::none : parent.source;
    open_child_->offset = parent.offset + offset;
    open_child_->size = length;
    return POSTERN_OK;
  }
  postern_rc child_close(uint32_t flags, uint32_t* part) override {
    if (!open_child_) return POSTERN_E_ARGUMENT;
    const auto index = static_cast<uint32_t>(parts_.size());
    open_child_->flags |= flags;
    children_[open_child_->parent].push_back(index);
    children_.emplace_back();
    parts_.push_back(std::move(*open_child_));
    open_child_.reset();
    recorder_.part(parts_.back());
    const bool whole = (parts_.back().flags & (POSTERN_PART_TRUNCATED | POSTERN_PART_BROKEN | POSTERN_PART_ENCRYPTED)) == 0;
    if (expected_ > 0 && whole && parts_.back().size != expected_)
      add_defect(index, {DefectKind::malformed, "size-claim-false",
                         "the container claims " + std::to_string(expected_) + " bytes, there are " + std::to_string(parts_.back().size)});
    *part = index;
    return POSTERN_OK;
  }

 private:
  void open(uint32_t index) {
    current_ = index;
    if (parts_[index].flags & (without_bytes | POSTERN_PART_CONTAINER)) return;
    if (index > 0) detect(index);
    if (parts_[index].source == Part::Source::none) return;
    // All that recognise it: a file that is two things at once is opened as both, since nobody knows which one the reader will see.
    for (const uint32_t decoder : candidates(index))
      if (!call(index, decoder)) return;
  }

  void detect(uint32_t index) {
    parts_[index].detected_type = opening_.types.detect(bytes(index));
    recorder_.detected(index, parts_[index].detected_type);
  }

  // Who can open it, the surest first.
  std::vector<uint32_t> candidates(uint32_t index) {
    std::vector<std::pair<int, uint32_t>> sure;
    for (uint32_t d = 0; d < opening_.decoders.size(); ++d) {
      const plugin::Instance& decoder = *opening_.decoders[d];
      if (!decoder.accepts(parts_[index].detected_type) && !decoder.accepts(parts_[index].declared_type)) continue;
      if (is_skipped(index, decoder)) continue;
      recorder_.trying(index, d);
      if (const int bid = plugin::probe(decoder, *this, index); bid > 0) sure.emplace_back(-bid, d);
    }
    std::stable_sort(sure.begin(), sure.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<uint32_t> order;
    for (const auto& [bid, d] : sure) order.push_back(d);
    return order;
  }

  bool is_skipped(uint32_t index, const plugin::Instance& decoder) {
    for (const Skip& skip : opening_.skips) {
      if (skip.decoder != decoder.name() || skip.path != parts_[index].path) continue;
      add_defect(index, {DefectKind::crashed, "decoder-crashed", "decoder " + decoder.name() + " died twice on this part"});
      return true;
    }
    return false;
  }

  // False: the budget is exhausted, and there is no use in asking the next one.
  bool call(uint32_t index, uint32_t d) {
    const plugin::Instance& decoder = *opening_.decoders[d];
    if (budget_.is_exhausted()) {
      add_defect(index, limit_defect());
      return false;
    }
    recorder_.trying(index, d);
    const plugin::CallResult result = plugin::run(decoder, *this, index);
    if (result.rc == POSTERN_E_UNSUPPORTED) return true;
    std::string& opened_by = parts_[index].decoder;
    opened_by += (opened_by.empty() ? "" : " ") + decoder.name();
    recorder_.opened(index, opened_by);
    if (budget_.is_exhausted() || result.rc == POSTERN_E_QUOTA) add_defect(index, limit_defect());
    else if (result.rc == POSTERN_E_ENCRYPTED) finding_of(index, POSTERN_CAT_ENCRYPTED, "encrypted", result.reason);
    else if (result.rc == POSTERN_PARTIAL || result.rc < 0)
      add_defect(index, {DefectKind::undecoded, "decoder-failed", "decoder " + decoder.name() + ": " +
                                                                   (result.reason.empty() ? "not all of it could be read" : result.reason)});
    return !budget_.is_exhausted();
  }

  void finding_of(uint32_t index, int32_t category, std::string name, std::string text) {
    mail::Finding f;
    f.category = category;
    f.part = index;
    f.name = std::move(name);
    f.text = std::move(text);
    finding(std::move(f));
  }

  Defect limit_defect() const {
    const std::string code(budget_.is_exhausted() ? budget_.exhausted() : "limit-file-size");
    return {DefectKind::limit, code, "the mail's budget was exhausted here; what follows was not opened"};
  }

  void add_name(uint32_t index, std::string_view name) {
    auto& names = parts_[index].names;
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    if (names.size() >= max_names)
      return mark_once(index, {DefectKind::limit, "limit-names", "more names than are looked at"});
    names.emplace_back(name);
    recorder_.part_name(index, names.back());
  }

  void mark_once(uint32_t index, Defect defect) {
    const auto& defects = parts_[index].defects;
    const auto is_it = [&](const Defect& d) { return d.code == defect.code; };
    if (std::none_of(defects.begin(), defects.end(), is_it)) add_defect(index, std::move(defect));
  }

  // The kinds decide about the mail, so of each kind at least the first is kept.
  void add_defect(uint32_t index, Defect defect) {
    auto& defects = parts_[index].defects;
    const auto same_kind = [&](const Defect& d) { return d.kind == defect.kind; };
    if (defects.size() >= max_defects && std::any_of(defects.begin(), defects.end(), same_kind)) return;
    defects.push_back(std::move(defect));
    recorder_.defect(index, defects.back());
  }

  void add_flags(uint32_t index, uint32_t flags) {
    parts_[index].flags |= flags;
    recorder_.flags(index, parts_[index].flags);
  }

  std::string_view mail_;
  Arena& arena_;
  Budget& budget_;
  const Opening& opening_;
  Recorder& recorder_;
  std::vector<Part> parts_;
  std::vector<std::vector<uint32_t>> children_;
  std::optional<Part> open_child_;
  uint64_t expected_ = 0;
  uint32_t current_ = 0;
};

}  // namespace

std::vector<Part> open_all(std::string_view mail, Arena& arena, Budget& budget, const Opening& opening, Recorder& recorder) {
  return Tree(mail, arena, budget, opening, recorder).open_all();
}

std::string_view part_bytes(const Part& part, std::string_view mail, Arena& arena) {
  switch (part.source) {
    case Part::Source::none: return {};
    case Part::Source::mail: return mail.substr(part.offset, part.size);
    case Part::Source::arena: return arena.view(part.offset, part.size);
  }
  return {};
}

}  // namespace postern::decode
