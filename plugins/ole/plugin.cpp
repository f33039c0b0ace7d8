// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "compound.h"
#include "crypt.h"
#include "extract.h"
#include "package.h"

namespace {

class Ole {
 public:
  // The first of these says: an object of OLE 1.0, as the decoder rtf finds them; the others are one format.
  static constexpr const char* accepts[] = {
      "application/x-oleobject",       "application/x-ole-storage",  "application/msword", "application/vnd.ms-excel",
      "application/vnd.ms-powerpoint", "application/vnd.ms-outlook", "application/x-msi",  nullptr};

  explicit Ole(const postern::Config&) { ole::crypt::prepare(); }
  int probe(postern::Job&, const postern::Part& part) {
    return ole::Compound::is_one(part.text()) ? 90 : is_old_object(part) ? 60 : 0;
  }
  void decode(postern::Job& job, const postern::Part& part) {
    if (!ole::Compound::is_one(part.text()) && is_old_object(part))
      ole::extract_old_object(job, part);
    else
      ole::extract(job, part);
  }

 private:
  static bool is_old_object(const postern::Part& part) {
    return part.mime_type() == accepts[0] && ole::read_old_object(part.text());
  }
};

}  // namespace

POSTERN_PLUGIN(Ole, "org.postern.ole", "OLE files (Office 97 to 2003, Outlook messages)", "1.0", "Postern", "MIT", "")
