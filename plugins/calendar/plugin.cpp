// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "extract.h"

namespace {

class Calendar {
 public:
  static constexpr const char* accepts[] = {"text/calendar",  "text/vcard",      "text/x-vcard", "text/x-vcalendar",
                                            "text/directory", "application/ics", nullptr};
  explicit Calendar(const postern::Config&) {}
  void decode(postern::Job& job, const postern::Part& part) { calendar_plugin::extract(job, part); }
};

}  // namespace

POSTERN_PLUGIN(Calendar, "org.postern.calendar", "Calendars and cards", "1.0", "Postern", "MIT", "")
