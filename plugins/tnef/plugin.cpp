// SPDX-License-Identifier: MIT
// The TNEF decoder: what reader.h finds becomes the host's children, as slices wherever no byte changes.
#include <postern/support/binary.h>
#include <postern/plugin.hpp>

#include <set>

#include "reader.h"

namespace {

using postern::Child, postern::ChildInfo, postern::Error, postern::Job;

struct Told {
  const char* token;
  const char* text;
};

Told told(tnef::Defect defect) {
  switch (defect) {
    case tnef::Defect::checksum:
      return {"tnef-checksum", "a checksum is wrong; some readers stop there"};
    case tnef::Defect::truncated:
      return {"tnef-truncated", "a length points past the end"};
    case tnef::Defect::not_an_attribute:
      return {"tnef-no-attribute", "bytes follow that are no attribute"};
  }
  return {"tnef-damaged", ""};
}

class Handover final : public tnef::Listener {
 public:
  Handover(Job& job, const postern::Part& part) : job_(job), part_(part.handle()), stream_(part.text()) {}

  void attachment(const tnef::Attachment& a) override {
    if (a.contents.empty()) add(a, {});  // only its names, and where it is said to lie
    for (const tnef::Content& content : a.contents) add(a, content);
  }

  void body(const tnef::Body& body) override {
    ChildInfo info = describe(body.content);
    info.mime_type = body.type;
    info.role = "body";
    if (!body.is_utf16) return slice(info, body.content);
    Child child = open(info);
    child.write(postern::support::utf8_of_utf16(body.content.bytes));
    child.close(flags(body.content));
  }

  void rest(std::string_view bytes) override {
    const tnef::Content content{bytes, {}};
    ChildInfo info = describe(content);
    info.role = "gap";
    slice(info, content);
  }

  void defect(tnef::Defect defect) override {
    if (!defects_.insert(defect).second) return;
    job_.finding(POSTERN_CAT_MALFORMED, told(defect).token, part_, told(defect).text);
  }

 private:
  void add(const tnef::Attachment& a, const tnef::Content& content) {
    ChildInfo info = describe(content);
    if (!a.names.empty()) info.name = a.names.front();
    info.mime_type = content.type.empty() ? std::string_view(a.mime_type) : content.type;
    Child child = open(info);
    if (!content.bytes.empty()) child.slice(info.offset, info.length);
    const postern_part made = child.close(flags(content));
    for (size_t n = 1; n < a.names.size(); ++n) job_.note("part.name", a.names[n], made);
    if (!a.reference.empty()) job_.note("part.link", a.reference, made);
  }

  ChildInfo describe(const tnef::Content& content) const {
    ChildInfo info;
    info.parent = part_;
    if (content.bytes.empty()) return info;
    info.offset = static_cast<uint64_t>(content.bytes.data() - stream_.data());
    info.length = content.bytes.size();
    return info;
  }

  Child open(const ChildInfo& info) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to read it");
    return job_.open(info);
  }

  void slice(const ChildInfo& info, const tnef::Content& content) {
    Child child = open(info);
    child.slice(info.offset, info.length);
    child.close(flags(content));
  }

  static uint32_t flags(const tnef::Content& content) {
    return content.truncated ? uint32_t{POSTERN_PART_TRUNCATED} : 0u;
  }

  Job& job_;
  postern_part part_;
  std::string_view stream_;
  std::set<tnef::Defect> defects_;
};

class Tnef {
 public:
  static constexpr const char* accepts[] = {"application/vnd.ms-tnef", "application/ms-tnef", nullptr};

  explicit Tnef(const postern::Config&) {}
  int probe(Job&, const postern::Part& part) { return tnef::is_tnef(part.text()) ? 90 : 0; }
  void decode(Job& job, const postern::Part& part) {
    if (!tnef::is_tnef(part.text())) throw Error(POSTERN_E_UNSUPPORTED, "no TNEF");
    Handover handover(job, part);
    tnef::read(part.text(), handover);
  }
};

}  // namespace

POSTERN_PLUGIN(Tnef, "org.postern.tnef", "TNEF (winmail.dat)", "1.0", "Postern", "MIT", "")
