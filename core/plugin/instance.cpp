// SPDX-License-Identifier: MIT
#include "plugin/instance.h"

namespace postern::plugin {

bool Instance::accepts(std::string_view type) const {
  if (!worker->accepts) return true;
  for (const char* const* each = worker->accepts; *each; ++each) {
    const std::string_view accepted(*each);
    if (accepted == type) return true;
    if (accepted.ends_with('/') && type.starts_with(accepted)) return true;
  }
  return false;
}

bool Instance::is_given(const mail::Part& part) const {
  return part.source != mail::Part::Source::none && (part.flags & POSTERN_PART_CONTAINER) == 0 && accepts(part.detected_type);
}

}  // namespace postern::plugin
