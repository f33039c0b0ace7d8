// SPDX-License-Identifier: MIT
// Looks at the XML parts of Office documents, which the decoder for archives has made: markers become findings.
#include <postern/support/transfer_encodings.h>
#include <postern/plugin.hpp>

#include <optional>
#include <set>

#include "activemime.h"
#include "markers.h"
#include "xml.h"

namespace {

using postern::Child, postern::ChildInfo, postern::Error, postern::Job, postern::Part;

struct Told {
  int32_t category;
  const char* token;
};

Told told(ooxml::Marker marker) {
  using ooxml::Marker;
  switch (marker) {
    case Marker::remote_template:
      return {POSTERN_CAT_MACRO, "ooxml-remote-template"};
    case Marker::remote_object:
      return {POSTERN_CAT_MACRO, "ooxml-remote-object"};
    case Marker::remote_frame:
      return {POSTERN_CAT_MACRO, "ooxml-remote-frame"};
    case Marker::dde_field:
      return {POSTERN_CAT_MACRO, "ooxml-dde-field"};
    case Marker::dde_link:
      return {POSTERN_CAT_MACRO, "ooxml-dde-link"};
    case Marker::macro:
      return {POSTERN_CAT_MACRO, "ooxml-vba-macro"};
    case Marker::macro_sheet:
      return {POSTERN_CAT_MACRO, "ooxml-xlm-macro"};
    case Marker::odf_macro:
      return {POSTERN_CAT_MACRO, "odf-macro"};
    case Marker::odf_encrypted:
      return {POSTERN_CAT_ENCRYPTED, "odf-encrypted"};
  }
  return {POSTERN_CAT_INFO, "ooxml"};
}

class Handover final : public ooxml::Listener {
 public:
  Handover(Job& job, const Part& part) : job_(job), part_(part.handle()) {}

  void marker(ooxml::Marker marker, std::string_view text) override {
    if (!told_.insert(marker).second) return;
    job_.finding(told(marker).category, told(marker).token, part_, text.substr(0, 500));
  }

  void binary(const std::string& name, std::string_view base64) override {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to read it");
    std::string bytes;
    postern::support::Base64Decoder decoder;
    decoder.decode(base64, bytes);
    decoder.finish(bytes);
    if (bytes.empty()) return;
    ChildInfo info;
    info.parent = part_;
    info.name = name;
    info.encoding = "base64";
    Child child = job_.open(info);
    child.write(bytes);
    child.close();
  }

 private:
  Job& job_;
  postern_part part_;
  std::set<ooxml::Marker> told_;
};

void unpack(Job& job, const Part& part) {
  ChildInfo info;
  info.parent = part.handle();
  info.encoding = "deflate";
  std::optional<Child> child;
  const bool is_whole = ooxml::unpack_activemime(part.text(), [&](std::string_view piece) {
    if (job.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to decompress it");
    if (!child) child = job.open(info);
    child->write(piece);
  });
  if (!child) throw Error(POSTERN_E_BROKEN, "nothing compressed in it");
  child->close(is_whole ? 0u : uint32_t{POSTERN_PART_TRUNCATED});
}

class Ooxml {
 public:
  // Without its first line XML counts as plain text.
  static constexpr const char* accepts[] = {"text/xml", "application/xml", "text/plain", "application/x-mso", nullptr};

  explicit Ooxml(const postern::Config&) {}
  int probe(Job&, const Part& part) {
    constexpr size_t window = 16384;
    std::string own;
    const std::string_view text = ooxml::utf8(part.text().substr(0, window), own);
    return ooxml::is_activemime(text) || ooxml::is_of_interest(text) ? 30 : 0;
  }
  void decode(Job& job, const Part& part) {
    if (ooxml::is_activemime(part.text())) return unpack(job, part);
    std::string own;
    Handover handover(job, part);
    ooxml::read(ooxml::utf8(part.text(), own), handover);
  }
};

}  // namespace

POSTERN_PLUGIN(Ooxml, "org.postern.ooxml", "Office documents in XML", "1.0", "Postern", "MIT", "")
