// SPDX-License-Identifier: MIT
// The RTF decoder: objects and stored data become children, compressed RTF becomes RTF.
#include <postern/support/ascii.h>
#include <postern/plugin.hpp>

#include <set>

#include "compressed.h"
#include "reader.h"

namespace {

using postern::Child, postern::ChildInfo, postern::Error, postern::Job, postern::Part;

class Handover final : public rtf::Listener {
 public:
  Handover(Job& job, const Part& part) : job_(job), part_(part.handle()) {}

  void data(const rtf::Data& data) override {
    const bool is_object = data.kind == rtf::Kind::object;
    ChildInfo info;
    info.parent = part_;
    info.name = data.class_name;
    info.mime_type = is_object ? "application/x-oleobject" : "";
    info.encoding = "hex";
    for (const std::string& reading : data.readings) {
      if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to read it");
      Child child = job_.open(info);
      child.write(reading);
      child.close();
      info.role = "reading";
    }
    if (is_object && data.readings.size() > 1)
      tell(POSTERN_CAT_AMBIGUOUS, "rtf-object-readings", "an object that readers could take out differently");
  }

  void template_path(const std::string& path) override {
    if (path.find("://") != path.npos || path.starts_with("\\\\")) tell(POSTERN_CAT_MACRO, "rtf-remote-template", path);
  }
  void field(const std::string& instruction) override {
    if (postern::support::equal_ignoring_case(instruction.substr(0, 3), "dde"))
      tell(POSTERN_CAT_MACRO, "rtf-dde-field", instruction);
  }
  void object_updates() override {
    tell(POSTERN_CAT_INFO, "rtf-object-update", "an object is to be loaded before anybody clicks on it");
  }
  void too_deep() override {
    tell(POSTERN_CAT_LIMIT, "rtf-nested-data", "data inside data inside data: not all of it was followed");
    job_.partial();
  }

 private:
  void tell(int32_t category, const std::string& token, std::string_view text) {
    if (told_.insert(token).second) job_.finding(category, token, part_, text.substr(0, 500));
  }

  Job& job_;
  postern_part part_;
  std::set<std::string> told_;
};

void unpack(Job& job, const Part& part) {
  ChildInfo info;
  info.parent = part.handle();
  info.mime_type = "text/rtf";
  info.encoding = "ms-oxrtfcp";
  Child child = job.open(info);
  const rtf::Unpacking result = rtf::decompress(part.text(), [&](std::string_view piece) {
    if (job.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to decompress it");
    child.write(piece);
  });
  child.close(result == rtf::Unpacking::cut ? uint32_t{POSTERN_PART_TRUNCATED} : 0u);
  if (result == rtf::Unpacking::checksum_wrong)
    job.finding(POSTERN_CAT_MALFORMED, "rtf-checksum", part.handle(), "the checksum of compressed RTF is wrong");
}

class Rtf {
 public:
  static constexpr const char* accepts[] = {"text/rtf", "application/rtf", "application/x-compressed-rtf", nullptr};

  explicit Rtf(const postern::Config&) {}
  int probe(Job&, const Part& part) {
    const std::string_view text = part.text();
    return rtf::is_rtf(text) || rtf::is_compressed(text) ? 90 : 0;
  }
  void decode(Job& job, const Part& part) {
    if (rtf::is_compressed(part.text())) return unpack(job, part);
    if (!rtf::is_rtf(part.text())) throw Error(POSTERN_E_UNSUPPORTED, "no RTF");
    Handover handover(job, part);
    rtf::read(part.text(), handover);
  }
};

}  // namespace

POSTERN_PLUGIN(Rtf, "org.postern.rtf", "RTF", "1.0", "Postern", "MIT", "")
